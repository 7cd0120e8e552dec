/** Takes a lock, and is killed before the N-th change it makes to the folder: node --import tsx killed-lock.ts PATH N */
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const [path, killAt] = process.argv.slice(2) as [string, string];
let changes = 0;

for (const name of ["open", "link", "rename", "rm"] as const) {
  const real = fs[name] as (...given: unknown[]) => Promise<unknown>;
  Object.assign(fs, {
    [name]: (...given: unknown[]) => {
      if (++changes === Number(killAt)) process.kill(process.pid, "SIGKILL");
      return real(...given);
    },
  });
}
syncBuiltinESMExports();

const { acquireLock } = await import("../lock.ts");
await acquireLock(path, "runs/a");
