import { open, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import * as z from "zod";
import { RunError } from "../common/errors.ts";
import { fileError, hasCode } from "./file-error.ts";
import { processExists } from "./process.ts";

/** Held while a folder is being trained in; other processes see it as a file. */
export interface Lock {
  /** May be called again. */
  release(): Promise<void>;
}

/**
 * Takes a lock, also one whose process is dead.
 * @param path the file that stands for the lock
 * @param subject what is locked, for the message
 * @throws {RunError} when a living process has it, this one included, or one on another machine may have it
 */
export async function acquireLock(path: string, subject: string): Promise<Lock> {
  const content = JSON.stringify({ ...thisProcess(), key: crypto.randomUUID() });
  while (!(await createLock(path, content))) {
    const found = await readLock(path);
    if (found === undefined) continue;
    const holder = parseHolder(found);
    if (holder === undefined || mayLive(holder))
      throw new RunError(
        `${subject} is being trained by ${describe(holder)}: wait for it to end, or delete ${path} if it has`,
      );
    await removeStale(path, found, subject);
  }
  return {
    async release() {
      if ((await readLock(path)) === content) await rm(path, { force: true });
    },
  };
}

const holderSchema = z.object({
  process: z.int(),
  host: z.string(),
  /** When it started, in seconds since 1970. */
  started: z.number(),
});

type Holder = z.output<typeof holderSchema>;

const CLOCK_TOLERANCE_S = 5;

function thisProcess(): Holder {
  return {
    process: process.pid,
    host: hostname(),
    started: Math.round(Date.now() / 1000 - process.uptime()),
  };
}

/** @returns whether there was none yet */
async function createLock(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.close();
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw fileError(`cannot write ${path}`, error);
  }
  try {
    await writeFile(path, content);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw fileError(`cannot write ${path}`, error);
  }
}

/** @returns undefined when there is none */
async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw fileError(`cannot read ${path}`, error);
  }
}

/** @returns undefined for a lock that is only just being written, or is not one of ours */
function parseHolder(content: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(content));
  } catch {
    return undefined;
  }
}

/** Ids of processes are used again: a lock with this one's id is its own only if the start agrees, too. */
function mayLive({ process: id, host, started }: Holder): boolean {
  const own = thisProcess();
  if (host !== own.host) return true;
  return id === own.process ? Math.abs(started - own.started) <= CLOCK_TOLERANCE_S : processExists(id);
}

function describe(holder: Holder | undefined): string {
  if (!holder) return "another process";
  const place = holder.host === hostname() ? "" : ` on ${holder.host}`;
  return `process ${holder.process}${place}`;
}

/**
 * Deletes the lock of a dead process. Only one process at a time may: between reading a lock and deleting it, another
 * could have put its own in the place.
 */
async function removeStale(path: string, content: string, subject: string): Promise<void> {
  const guard = `${path}.takeover`;
  if (!(await createLock(guard, "")))
    throw new RunError(
      `${subject} is just being taken over by another process: wait for it to end, or delete ${guard} if it has`,
    );
  try {
    if ((await readLock(path)) === content) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}
