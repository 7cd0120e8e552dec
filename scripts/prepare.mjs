/**
 * Builds, unless what was built is newer than all that it is built from: `npx vaekit` in a checkout runs `prepare`
 * when npm links the package into its cache, and must not take a minute.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "../..");
const SOURCES = ["src", "studio", "scripts", "package.json", "tsconfig.json", "tsconfig.build.json"];
/** The last files that a build writes. */
const BUILT = ["dist/index.js", "dist/cli/main.js", "dist/studio/explorer.html", "dist/studio/app/mnist.bin"];

/** Time of the latest change in milliseconds; a folder's own time tells of files removed. */
function changed(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  // The build itself writes here.
  const names = readdirSync(path).filter((name) => name !== "generated");
  return Math.max(facts.mtimeMs, ...names.map((name) => changed(join(path, name))));
}

const built = BUILT.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0);
const latest = Math.max(...SOURCES.map((path) => changed(join(root, path))));
if (Math.min(...built) <= latest) {
  const { status } = spawnSync("npm", ["run", "build"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  process.exitCode = status ?? 1;
}
