import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { fileError, hasCode } from "../files/file-error.ts";

/** The folder for a new run. */
interface RunFolder {
  readonly directory: string;
  /** Undoes that it was made, as long as no training has begun in it. */
  release(): Promise<void>;
}

const RUNS = "runs";

/** The folder that was asked for, or else one that is free. @param name of the data */
export async function runFolder(out: string | undefined, name: string): Promise<RunFolder> {
  return out === undefined ? reserve(name) : { directory: out, release: async () => {} };
}

/** Makes the first of runs/NAME-1, runs/NAME-2 … that does not exist, so that no other training takes it too. */
async function reserve(name: string): Promise<RunFolder> {
  const stem = name.replace(/\.[^.]*$/, "").replace(/[^\w.-]+/g, "-") || "run";
  for (let n = 1; ; n++) {
    const directory = join(RUNS, `${stem}-${n}`);
    try {
      const isFirst = await mkdir(RUNS).then(
        () => true,
        (error) => {
          if (hasCode(error, "EEXIST")) return false;
          throw error;
        },
      );
      await mkdir(directory);
      const made = [directory, ...(isFirst ? [RUNS] : [])];
      return {
        directory,
        async release() {
          // A folder that is not empty stays.
          for (const folder of made) await rmdir(folder).catch(() => {});
        },
      };
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw fileError(`cannot make the folder ${directory}`, error);
    }
  }
}
