/**
 * A lock is a file that names its holder. It gets its name by link(), whole: there is no moment at which it names nobody.
 * The lock of a dead holder passes on: whoever first links a file named after that holder's key succeeds it, then takes
 * its place. A successor that is killed before may be succeeded in the same way, so that a kill at any moment leaves a
 * lock that the next process takes.
 */
import { createHash, randomInt } from "node:crypto";
import { link, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { RunError } from "../common/errors.ts";
import { isAbandoned } from "./atomic.ts";
import { fileError, hasCode } from "./file-error.ts";
import { processExists, startOf } from "./process.ts";

/** Held while a folder is being trained in; other processes see it as a file. */
export interface Lock {
  /** May be called again. */
  release(): Promise<void>;
}

/**
 * Takes a lock, also one whose process is dead, or that names nobody.
 * @param path the file that stands for the lock
 * @param subject what is locked, for the message
 * @throws {RunError} when a living process has it, this one included, or one on another machine may have it
 */
export async function acquireLock(path: string, subject: string): Promise<Lock> {
  const content = JSON.stringify({ ...thisProcess(), key: crypto.randomUUID() });
  const own = `${path}.${process.pid}-${randomInt(2 ** 47)}.tmp`;
  await writeWhole(own, content).catch((error) => {
    throw fileError(`cannot write ${path}`, error);
  });
  try {
    while (!(await takes(path, subject, own, content)));
    await clear(path);
  } finally {
    await rm(own, { force: true }).catch(() => {});
  }
  return {
    async release() {
      if ((await readLock(path)) === content) await remove(path);
    },
  };
}

/** @returns false when others were at it at the same time: try again */
async function takes(path: string, subject: string, own: string, content: string): Promise<boolean> {
  if (await linked(own, path)) return true;
  const { last, content: found } = await lastHolder(path);
  if (found === undefined) return false;
  const holder = parseHolder(found);
  if (holder ? mayLive(holder) : await isFresh(last))
    throw new RunError(
      `${subject} is being trained by ${describe(holder)}: wait for it to end, or delete ${last} if it has`,
    );
  const place = successorPath(path, found);
  if (!(await linked(own, place))) return false;
  // The place may have been free because it was cleared a moment ago: it counts only if the lock leads here.
  if ((await lastHolder(path)).content !== content) {
    await remove(place);
    return false;
  }
  await rename(own, path).catch((error) => {
    throw fileError(`cannot write ${path}`, error);
  });
  return true;
}

/** The holder of a lock: the one it names, or the last of those that succeeded it. */
async function lastHolder(path: string): Promise<{ readonly last: string; readonly content?: string }> {
  let last = path;
  let content = await readLock(path);
  while (content !== undefined) {
    const next = successorPath(path, content);
    const successor = await readLock(next);
    if (successor === undefined) return { last, content };
    [last, content] = [next, successor];
  }
  return { last };
}

function successorPath(path: string, content: string): string {
  return `${path}.${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}

const SUCCESSOR = /^\.(?:[0-9a-f]{16}|takeover)$/;

/**
 * Called by the holder, whose own lock is in place: successors mean nothing any more, nor what killed processes were
 * about to write. What cannot be deleted harms nobody.
 */
async function clear(path: string): Promise<void> {
  const name = basename(path);
  const beside = (await readdir(dirname(path))).filter((each) => each.startsWith(`${name}.`));
  for (const each of beside) {
    const isOver = SUCCESSOR.test(each.slice(name.length)) || (isAbandoned(each) && !isOwn(each));
    if (isOver) await rm(join(dirname(path), each), { force: true }).catch(() => {});
  }
}

function isOwn(name: string): boolean {
  return name.includes(`.${process.pid}-`);
}

const holderSchema = z.object({
  process: z.int(),
  host: z.string(),
  /** When it started, in seconds since 1970. */
  started: z.number(),
  /** When it started, as the system tells it; absent where it does not. */
  start: z.string().optional(),
});

type Holder = z.output<typeof holderSchema>;

const CLOCK_TOLERANCE_S = 5;
/** Version 0.1 made the file first and wrote it then. Later, one that names nobody is what a kill left. */
const FRESH_MS = 5000;

function thisProcess(): Holder {
  const start = startOf(process.pid);
  return {
    process: process.pid,
    host: hostname(),
    started: Math.round(Date.now() / 1000 - process.uptime()),
    ...(start !== undefined && { start }),
  };
}

/** @throws what the system says; the file is gone then, unless it was there before */
async function writeWhole(path: string, content: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
  } catch (error) {
    await rm(path, { force: true }).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

/** Gives a file a second name. @returns whether there was none of that name yet */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    if (hasCode(error, "EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK")) return copied(from, to);
    throw fileError(`cannot write ${to}`, error);
  }
}

/** On file systems without links: written at once, though a kill in between leaves it empty, which expires. */
async function copied(from: string, to: string): Promise<boolean> {
  try {
    await writeWhole(to, await readFile(from, "utf8"));
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw fileError(`cannot write ${to}`, error);
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error) => {
    throw fileError(`cannot delete ${path}`, error);
  });
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

/** @returns undefined for a lock that names nobody */
function parseHolder(content: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(content));
  } catch {
    return undefined;
  }
}

async function isFresh(path: string): Promise<boolean> {
  const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
  return Math.abs(age) < FRESH_MS;
}

/** Ids of processes are used again: a lock with the id of a living process is its own only if the start agrees, too. */
function mayLive({ process: id, host, started, start }: Holder): boolean {
  const own = thisProcess();
  if (host !== own.host) return true;
  if (start !== undefined && own.start !== undefined) return processExists(id) && startOf(id) === start;
  return id === own.process ? Math.abs(started - own.started) <= CLOCK_TOLERANCE_S : processExists(id);
}

function describe(holder: Holder | undefined): string {
  if (!holder) return "another process";
  const place = holder.host === hostname() ? "" : ` on ${holder.host}`;
  return `process ${holder.process}${place}`;
}
