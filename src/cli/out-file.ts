import { existsSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { RunError } from "../common/errors.ts";
import { type FileContents, writeFileAtomic } from "../files/atomic.ts";
import { fileError } from "../files/file-error.ts";
import { makeFolder } from "../files/make-folder.ts";

/** Flags of commands that write one file. */
export const outFileFlags = {
  out: {
    placeholder: "file",
    about: "where to write it",
    schema: z.string().min(1, { error: "the path of a file" }).optional(),
  },
  force: { about: "replace a file that exists", schema: z.boolean().default(false) },
};

/** Asked before long work is done for a file. @throws {RunError} when it exists and may not be replaced */
export function requireReplaceable(path: string, force: boolean): void {
  if (!force && existsSync(path))
    throw new RunError(`${path} exists: pass --force to replace it, or another name to --out`);
}

/** Writes a whole file, making the folders it needs. @throws {RunError} where that is not possible */
export async function writeOut(path: string, contents: FileContents): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder).catch((error) => {
    throw fileError(`cannot make the folder ${folder}`, error);
  });
  await writeFileAtomic(path, contents);
}
