import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { RunError } from "../common/errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { fileError, hasCode } from "../files/file-error.ts";
import type { TrainingEvent } from "../train/events.ts";
import { addChecksum, readRunFile } from "./checksums.ts";
import { RUN_FILES } from "./paths.ts";

type Recorded = Extract<TrainingEvent, { readonly type: "log" | "validation" }>;

/** A line of a run's history: an event, and the seconds spent on training until then, over all sittings. */
export type HistoryEntry = Recorded & { readonly seconds: number };

// JSON has no NaN and no infinities: they are written as null.
const number = z.union([z.number(), z.null().transform(() => Number.NaN)]);
const position = { iteration: z.int(), epoch: z.int(), seconds: number };
const means = {
  elbo: number,
  reconstruction: number,
  kl: number,
  bound: number.exactOptional(),
  penalties: z.record(z.string(), number).exactOptional(),
  measures: z.record(z.string(), number).exactOptional(),
};
const entrySchema: z.ZodType<HistoryEntry> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("log"), ...position, learningRate: number, beta: number, ...means }),
  z.object({
    type: z.literal("validation"),
    ...position,
    best: z.boolean(),
    ...means,
    klPerDimension: z.array(number).exactOptional(),
  }),
]);

/**
 * @returns the entries in order; none when there is no file. A last line cut off by a crash does not count.
 * @throws {RunError} when a line before it is damaged
 */
export async function readHistory(folder: string): Promise<HistoryEntry[]> {
  return (await readLines(folder)).map(({ entry }) => entry);
}

interface HistoryLine {
  readonly text: string;
  readonly entry: HistoryEntry;
}

async function readLines(folder: string): Promise<HistoryLine[]> {
  const path = join(folder, RUN_FILES.history);
  const content = await readRunFile(folder, RUN_FILES.history).catch((error) => {
    if (hasCode(error, "ENOENT")) return Buffer.alloc(0);
    throw error instanceof RunError ? error : fileError(`cannot read ${path}`, error);
  });
  const lines = content.toString("utf8").split("\n").slice(0, -1);
  return lines.map((text, index) => {
    try {
      return { text, entry: entrySchema.parse(JSON.parse(text)) };
    } catch (error) {
      const what = `line ${index + 1} of ${path} is not an entry of a history`;
      throw new RunError(`${what}: restore it, or delete the line`, { cause: error });
    }
  });
}

/** Adds the log and validation events of a training to its history, one JSON object a line. */
export class HistoryWriter {
  private readonly folder: string;
  private readonly file: FileHandle;
  private readonly now: () => number;
  /** Of all that was written. */
  private readonly hash: Hash;
  private bytes: number;
  private pending = "";
  /** Whether a part of an entry may stand behind these bytes. */
  private isTorn = false;
  private last: HistoryEntry | undefined;
  /** The clock's reading at 0 seconds of training. */
  private readonly start: number;

  /**
   * Drops entries after the iteration from which training resumes, and a line cut off by a crash.
   * @param iteration iterations done
   * @param now a clock, in milliseconds
   * @throws {RunError} when the file is damaged or cannot be written
   */
  static async open(
    folder: string,
    iteration: number,
    now = () => performance.now(),
  ): Promise<HistoryWriter> {
    const path = join(folder, RUN_FILES.history);
    const kept = (await readLines(folder)).filter(({ entry }) => entry.iteration <= iteration);
    const text = kept.map((line) => `${line.text}\n`).join("");
    // The beginning of the old file is the new one: this checksum fits both.
    await writeFileAtomic(path, text, (digest) =>
      addChecksum(folder, RUN_FILES.history, digest, { grows: true }),
    );
    const file = await open(path, "a").catch((error) => {
      throw fileError(`cannot write ${path}`, error);
    });
    return new HistoryWriter(folder, file, now, text, kept.at(-1)?.entry);
  }

  private constructor(
    folder: string,
    file: FileHandle,
    now: () => number,
    text: string,
    last: HistoryEntry | undefined,
  ) {
    this.folder = folder;
    this.file = file;
    this.now = now;
    this.hash = createHash("sha256").update(text);
    this.bytes = Buffer.byteLength(text);
    this.last = last;
    this.start = now() - 1000 * (last?.seconds ?? 0);
  }

  /** Events that a history does not record are passed over. @throws {RunError} when the system refuses */
  async add(event: TrainingEvent): Promise<void> {
    if (event.type !== "log" && event.type !== "validation") return;
    // A training that was killed between its last validation and its model validates once more when it is completed.
    if (this.last?.type === event.type && this.last.iteration === event.iteration) return;
    const seconds = Math.round(this.now() - this.start) / 1000;
    const line = lineOf({ ...event, seconds });
    this.pending += line;
    this.last = { ...event, seconds };
    await this.attempt(this.writePending());
  }

  /** Entries that a full disk refused are written when there is space again, in place of the part that was written. */
  private async writePending(): Promise<void> {
    if (this.isTorn) await this.file.truncate(this.bytes);
    this.isTorn = true;
    await this.file.appendFile(this.pending);
    this.isTorn = false;
    this.hash.update(this.pending);
    this.bytes += Buffer.byteLength(this.pending);
    this.pending = "";
  }

  /** Returns when all entries are safe on the disk, with their checksum. @throws {RunError} when the system refuses */
  async flush(): Promise<void> {
    if (this.pending !== "") await this.attempt(this.writePending());
    await this.attempt(this.file.datasync());
    const digest = { bytes: this.bytes, sha256: this.hash.copy().digest("hex") };
    await addChecksum(this.folder, RUN_FILES.history, digest, { grows: true });
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async attempt(work: Promise<void>): Promise<void> {
    await work.catch((error) => {
      throw fileError(`cannot write ${join(this.folder, RUN_FILES.history)}`, error);
    });
  }
}

function lineOf(entry: HistoryEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
