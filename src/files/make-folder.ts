import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "./file-error.ts";

/**
 * Makes a folder, and those it lies in, unless they are there. Node 20's own `recursive` never returns when a parent
 * folder cannot be made either, as in `/proc` or below a working directory that is gone.
 * @throws what the system says, `EEXIST` when a file has the name
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasCode(error, "EEXIST") && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (!hasCode(error, "ENOENT") || parent === path) throw error;
    await makeFolder(parent);
    await mkdir(path).catch((again) => {
      // Another process may have made it meanwhile.
      if (!hasCode(again, "EEXIST")) throw again;
    });
  }
}
