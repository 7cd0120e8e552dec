import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { acquireLock } from "./lock.ts";
import { temporaryFolder } from "./testing/folder.ts";

async function lockFile(content?: object | string): Promise<string> {
  const path = join(await temporaryFolder(), "training.lock");
  if (content !== undefined)
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid!;
}

const living = { process: process.ppid, host: hostname(), started: 0 };

test("is held until it is released, by this process too", async () => {
  const path = await lockFile();
  const lock = await acquireLock(path, "runs/a");
  await expect(acquireLock(path, "runs/a")).rejects.toThrow(
    new RunError(
      `runs/a is being trained by process ${process.pid}: wait for it to end, or delete ${path} if it has`,
    ),
  );
  await lock.release();
  expect(await readdir(join(path, ".."))).toEqual([]);
  const next = await acquireLock(path, "runs/a");
  await lock.release();
  expect(await readdir(join(path, ".."))).toEqual(["training.lock"]);
  await next.release();
});

test("is given to one of many who ask at once", async () => {
  const stale = { ...living, process: await deadProcess() };
  for (let attempt = 0; attempt < 60; attempt++) {
    const path = await lockFile(attempt % 2 ? stale : undefined);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path, "runs/a")));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await readdir(join(path, ".."))).toEqual(["training.lock"]);
  }
});

/** Takes a lock in a process of its own that is killed before its n-th change; returns when the process has ended. */
async function inProcess(path: string, killAt: number): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", KILLED, path, String(killAt)], {
    stdio: "ignore",
  });
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
}

const KILLED = fileURLToPath(new URL("./testing/killed-lock.ts", import.meta.url));

test("is taken by the next process wherever the one before was killed, and the one before that", async () => {
  const dead = { ...living, process: await deadProcess() };
  // Changes are: the own file is opened, linked as the lock, then as its successor, renamed; others are deleted.
  const cases = [[3], [4, 4], [5]].map(async (kills) => {
    const path = await lockFile(dead);
    for (const killAt of kills) await inProcess(path, killAt);
    const lock = await acquireLock(path, "runs/a");
    expect(await readdir(dirname(path))).toEqual(["training.lock"]);
    await lock.release();
  });
  await Promise.all(cases);
});

test.each(["", "{", '{"process":"x"}'])("expires when it names nobody, as %j", async (content) => {
  const path = await lockFile(content);
  await expect(acquireLock(path, "runs/a")).rejects.toThrow(/by another process/);
  await utimes(path, new Date(), new Date(Date.now() - 6000));
  await writeFile(`${path}.takeover`, "");
  await acquireLock(path, "runs/a");
  expect(await readdir(dirname(path))).toEqual(["training.lock"]);
});

test("is taken over from a process that is dead", async () => {
  const path = await lockFile({ ...living, process: await deadProcess() });
  await acquireLock(path, "runs/a");
  expect(JSON.parse(await readFile(path, "utf8")).process).toBe(process.pid);
  expect(await readdir(join(path, ".."))).toEqual(["training.lock"]);
});

test("is taken over from an earlier process of the same id", async () => {
  const path = await lockFile({ ...living, process: process.pid, started: Date.now() / 1000 - 86_400 });
  await acquireLock(path, "runs/a");
  expect(JSON.parse(await readFile(path, "utf8")).started).toBeGreaterThan(Date.now() / 1000 - 3600);
});

test.each<[string, object | string, string]>([
  ["a living process", living, `by process ${process.ppid}:`],
  ["a process on another machine, which cannot be asked", { ...living, host: "elsewhere" }, "on elsewhere:"],
  ["a process that is just writing it", "", "by another process:"],
])("is left to %s", async (_, content, holder) => {
  const path = await lockFile(content);
  const before = await readFile(path, "utf8");
  const refusal = acquireLock(path, "runs/a");
  await expect(refusal).rejects.toThrow(RunError);
  await expect(refusal).rejects.toThrow(holder);
  expect(await readFile(path, "utf8")).toBe(before);
});

test("says why it cannot be taken", async () => {
  const path = join(await temporaryFolder(), "none", "training.lock");
  await expect(acquireLock(path, "runs/a")).rejects.toThrow(
    /cannot write .*training\.lock: it does not exist/,
  );
});
