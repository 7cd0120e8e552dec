import { RunError } from "../common/errors.ts";

/** Meanings and remedies of the operating system's most common errors. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission was denied: choose a folder you may write to",
  EPERM: "the system does not permit it: choose a folder you may write to",
  EROFS: "the file system is read-only: choose another folder",
  ENOENT: "it does not exist: check the path",
  ENOTDIR: "part of its path is a file, not a folder: check the path",
  EEXIST: "there is a file of that name: choose another path",
  EISDIR: "it is a folder, not a file: check the path",
  ENOSPC: "the disk is full: free some space and try again",
  EDQUOT: "the disk quota is used up: free some space and try again",
  EIO: "the disk, or the connection to it, failed: check it and try again",
  ESTALE: "the network file system lost the file: check the connection and try again",
  EMFILE: "too many files are open: raise the limit with ulimit -n",
  ENFILE: "too many files are open on this machine: end other programs",
};

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
}

/** @param attempt what failed, such as `cannot write runs/a/config.json` */
export function fileError(attempt: string, error: unknown): RunError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new RunError(`${attempt}: ${REASONS[code ?? ""] ?? message}`, { cause: error });
}
