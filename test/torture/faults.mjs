/**
 * Preloaded into a process (node --import): counts the changes that it makes to files, each write, flush, link, renaming,
 * making and deleting, and at the n-th of them kills the process, or fails as a bad disk does.
 *
 *   TORTURE_KILL=n        SIGKILL before the n-th change; a write is cut in half first
 *   TORTURE_FAULT=CODE@n  the n-th change and all later ones fail with CODE (a disk that is full, or read-only)
 *   TORTURE_ONCE=CODE@n   the n-th change alone fails with CODE; a write is cut in half first
 *   globalThis.frozen     { changes, at, reached }: the at-th change never returns, and reached is called
 *   TORTURE_COUNT=FILE    writes the number of changes there at the end
 */
import { writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { fileURLToPath } from "node:url";

const killAt = Number(process.env.TORTURE_KILL ?? 0);
const persistent = faultOf(process.env.TORTURE_FAULT);
const once = faultOf(process.env.TORTURE_ONCE);
let changes = 0;

function faultOf(text) {
  const [code, at] = (text ?? "").split("@");
  return at === undefined ? undefined : { code, at: Number(at) };
}

/** @returns the error with which a change fails, if it does; never returns where it is to be killed */
async function beforeChange(half) {
  changes++;
  const { frozen } = globalThis;
  if (frozen && ++frozen.changes === frozen.at) {
    await half?.();
    frozen.reached();
    await new Promise(() => {});
  }
  if (changes === killAt) {
    await half?.();
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => {});
  }
  if (persistent && changes >= persistent.at) return failure(persistent.code);
  if (once && changes === once.at) {
    await half?.();
    return failure(once.code);
  }
  return undefined;
}

function failure(code) {
  return Object.assign(new Error(`${code}: injected`), { code, errno: -1, syscall: "injected" });
}

function wrap(owner, name, halfOf) {
  const real = owner[name];
  owner[name] = async function (...given) {
    const error = await beforeChange(halfOf && (() => halfOf(this, real, given)));
    if (error) throw error;
    return real.apply(this, given);
  };
}

for (const name of ["rename", "mkdir", "rm", "unlink", "link", "rmdir"]) wrap(fs, name);
const open = fs.open;
fs.open = async (path, flags = "r", ...rest) => {
  if (flags !== "r") {
    const error = await beforeChange();
    if (error) throw error;
  }
  return open(path, flags, ...rest);
};
const handle = await open(fileURLToPath(import.meta.url), "r");
const prototype = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ["writeFile", "appendFile"])
  wrap(prototype, name, async (file, real, [data]) => {
    const bytes = Buffer.from(data);
    await real.call(file, bytes.subarray(0, bytes.length >> 1));
  });
for (const name of ["sync", "datasync"]) wrap(prototype, name);
syncBuiltinESMExports();

if (process.env.TORTURE_COUNT)
  process.on("exit", () => writeFileSync(process.env.TORTURE_COUNT, String(changes)));
