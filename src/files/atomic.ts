import { createHash, randomInt } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { threadId } from "node:worker_threads";
import { fileError } from "./file-error.ts";
import { processExists } from "./process.ts";

/** Parts are written one after the other, so that a large file need not be put together in memory. */
export type FileContents = string | Uint8Array | readonly Uint8Array[];

/** What a file's contents are known by. */
export interface Digest {
  readonly bytes: number;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

/** Random part of temporary names: one written by a process that had the same id before is not met again. */
const MOST_RANDOM = 2 ** 47;

/**
 * Writes a file so that a reader, or a crash at any moment, sees either the old contents or the new, never a part:
 * under a temporary name in the same folder, flushed to the disk, then renamed.
 * @param beforeRename is called when the contents are safe on the disk, before they get their name
 * @throws {RunError} when the system refuses; the temporary file is gone and the old one untouched
 */
export async function writeFileAtomic(
  path: string,
  contents: FileContents,
  beforeRename?: (digest: Digest) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${process.pid}-${threadId}-${randomInt(MOST_RANDOM)}.tmp`;
  try {
    const parts = partsOf(contents);
    await writeAndFlush(temporary, parts);
    await beforeRename?.(digestOf(...parts));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw fileError(`cannot write ${path}`, error);
  }
  await flushFolder(dirname(path));
}

export function digestOf(...parts: readonly (string | Uint8Array)[]): Digest {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const part of parts) {
    hash.update(part);
    bytes += Buffer.byteLength(part);
  }
  return { bytes, sha256: hash.digest("hex") };
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
  // A name that exists, as a link to elsewhere may, is not written through.
  const file = await open(path, "wx");
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
  // Network file systems may refuse late what they accepted before.
  await file.close();
}

/** Makes the renaming itself last. Not every system can do it, and the file is whole without it. */
async function flushFolder(path: string): Promise<void> {
  const folder: FileHandle | undefined = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close().catch(() => {});
}
