import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { threadId } from "node:worker_threads";
import { fileError } from "./file-error.ts";
import { processExists } from "./process.ts";

/** Parts are written one after the other, so that a large file need not be put together in memory. */
export type FileContents = string | Uint8Array | readonly Uint8Array[];

let count = 0;

/**
 * Writes a file so that a reader, or a crash at any moment, sees either the old contents or the new, never a part:
 * under a temporary name in the same folder, flushed to the disk, then renamed.
 * @throws {RunError} when the system refuses; the temporary file is gone and the old one untouched
 */
export async function writeFileAtomic(path: string, contents: FileContents): Promise<void> {
  // Each thread counts by itself.
  const temporary = `${path}.${process.pid}-${threadId}-${++count}.tmp`;
  try {
    await writeAndFlush(temporary, partsOf(contents));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw fileError(`cannot write ${path}`, error);
  }
  await flushFolder(dirname(path));
}

/** Whether a file is what a write left behind when its process was killed. @param name without folder */
export function isAbandoned(name: string): boolean {
  const writer = TEMPORARY.exec(name)?.[1];
  return writer !== undefined && (Number(writer) === process.pid || !processExists(Number(writer)));
}

/** The name a temporary file was to have in the end; other names are given back as they are. */
export function finalName(name: string): string {
  return name.replace(TEMPORARY, "");
}

const TEMPORARY = /\.(\d+)(?:-\d+)+\.tmp$/;

function partsOf(contents: FileContents): readonly (string | Uint8Array)[] {
  return typeof contents === "string" || contents instanceof Uint8Array ? [contents] : contents;
}

async function writeAndFlush(path: string, parts: readonly (string | Uint8Array)[]): Promise<void> {
  const file = await open(path, "w");
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the renaming itself last. Not every system can do it, and the file is whole without it. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
