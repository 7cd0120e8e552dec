import type { Stats } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { DataError } from "../common/errors.ts";

/** @throws {DataError} when the file cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** What is at `path`, or undefined. @throws {DataError} when that cannot be determined. */
export async function lookUp(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return undefined;
    throw unreadable(path, cause);
  }
}

/** Names in a folder, sorted. @throws {DataError} when it cannot be read. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you may not read it: change its permissions or copy it",
  EPERM: "you may not read it: change its permissions or copy it",
  EISDIR: "it is a folder: pass a file inside it",
  ENOENT: "it does not exist: check the path",
  ELOOP: "its links lead round in a circle: pass the file itself",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB and is read as a whole: decompress it",
};

export function unreadable(path: string, cause: unknown): DataError {
  const code = codeOf(cause);
  const reason = REASONS[code] ?? `the system says ${code}: check the path and the disk`;
  return new DataError(`${path} cannot be read, ${reason}`, { cause });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
