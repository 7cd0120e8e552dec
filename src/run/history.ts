import { type FileHandle, open, readFile } from "node:fs/promises";
import * as z from "zod";
import { RunError } from "../common/errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { fileError, hasCode } from "../files/file-error.ts";
import type { TrainingEvent } from "../train/events.ts";

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
export async function readHistory(path: string): Promise<HistoryEntry[]> {
  const content = await readFile(path, "utf8").catch((error) => {
    if (hasCode(error, "ENOENT")) return "";
    throw fileError(`cannot read ${path}`, error);
  });
  const lines = content.split("\n").slice(0, -1);
  return lines.map((line, index) => {
    try {
      return entrySchema.parse(JSON.parse(line));
    } catch (error) {
      const what = `line ${index + 1} of ${path} is not an entry of a history`;
      throw new RunError(`${what}: restore it, or delete the line`, { cause: error });
    }
  });
}

/** Adds the log and validation events of a training to its history, one JSON object a line. */
export class HistoryWriter {
  private readonly path: string;
  private readonly file: FileHandle;
  private readonly now: () => number;
  /** The clock's reading at 0 seconds of training. */
  private readonly start: number;

  /**
   * Drops entries after the iteration from which training resumes, and a line cut off by a crash.
   * @param iteration iterations done
   * @param now a clock, in milliseconds
   * @throws {RunError} when the file is damaged or cannot be written
   */
  static async open(path: string, iteration: number, now = () => performance.now()): Promise<HistoryWriter> {
    const entries = await readHistory(path);
    const kept = entries.filter((entry) => entry.iteration <= iteration);
    await writeFileAtomic(path, kept.map(lineOf).join(""));
    const file = await open(path, "a").catch((error) => {
      throw fileError(`cannot write ${path}`, error);
    });
    return new HistoryWriter(path, file, now, kept.at(-1)?.seconds ?? 0);
  }

  private constructor(path: string, file: FileHandle, now: () => number, seconds: number) {
    this.path = path;
    this.file = file;
    this.now = now;
    this.start = now() - 1000 * seconds;
  }

  /** Events that a history does not record are passed over. @throws {RunError} when the system refuses */
  async add(event: TrainingEvent): Promise<void> {
    if (event.type !== "log" && event.type !== "validation") return;
    const seconds = Math.round(this.now() - this.start) / 1000;
    await this.attempt(this.file.appendFile(lineOf({ ...event, seconds })));
  }

  /** Returns when all entries are safe on the disk. @throws {RunError} when the system refuses */
  async flush(): Promise<void> {
    await this.attempt(this.file.datasync());
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async attempt(work: Promise<void>): Promise<void> {
    await work.catch((error) => {
      throw fileError(`cannot write ${this.path}`, error);
    });
  }
}

function lineOf(entry: HistoryEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
