import { open, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import * as z from "zod";
import { RunError } from "../errors.ts";
import { temporaryName } from "./atomic.ts";
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
    await removeStale(path, found);
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
    await file.writeFile(content).finally(() => file.close());
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
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

/** Moves the lock aside before deleting it: another process may have replaced it since it was read. */
async function removeStale(path: string, content: string): Promise<void> {
  const aside = temporaryName(path);
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw fileError(`cannot replace ${path}`, error);
  }
  if ((await readLock(aside)) === content) await rm(aside, { force: true });
  else await rename(aside, path);
}
