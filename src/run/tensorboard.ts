import { createHash } from "node:crypto";
import { type FileHandle, open, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { RunError } from "../common/errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { fileError } from "../files/file-error.ts";
import { frameRecord } from "../files/tfrecord.ts";
import type { TrainingEvent } from "../train/events.ts";
import { addChecksum } from "./checksums.ts";
import { EventSchema, SessionLog_SessionStatus } from "./generated/event_pb.ts";
import { eventsIteration, eventsName } from "./paths.ts";

/** The format's version that TensorBoard asks for. */
const FILE_VERSION = "brain.Event:2";

/** Scalars by tag: TensorBoard groups charts by what stands before the slash. */
type Scalars = Readonly<Record<string, number>>;

/** Writes log and validation events to a file that TensorBoard shows as charts. */
export class TensorBoardWriter {
  private readonly path: string;
  private readonly file: FileHandle;
  private readonly now: () => number;
  /** Of all that was written. */
  private readonly hash = createHash("sha256");
  private bytes = 0;
  /** Whether a part of an event may stand behind these bytes. */
  private isTorn = false;

  /**
   * Starts a new file of the run; files that begin at this iteration or later are replaced.
   * @param iteration iterations done; what earlier files tell of later ones no longer counts
   * @param now milliseconds since 1970
   * @throws {RunError} when the file cannot be written
   */
  static async open(folder: string, iteration: number, now = () => Date.now()): Promise<TensorBoardWriter> {
    const path = join(folder, eventsName(iteration));
    try {
      for (const name of await readdir(folder))
        if ((eventsIteration(name) ?? -1) >= iteration) await rm(join(folder, name));
      const first = [
        frameOf({ what: { case: "fileVersion", value: FILE_VERSION } }, now),
        ...(iteration > 0 ? [frameOf(restart(iteration), now)] : []),
      ];
      await writeFileAtomic(path, first, (digest) =>
        addChecksum(folder, eventsName(iteration), digest, { grows: true }),
      );
      const writer = new TensorBoardWriter(path, await open(path, "a"), now);
      for (const frame of first) writer.count(frame);
      return writer;
    } catch (error) {
      throw error instanceof RunError ? error : fileError(`cannot write ${path}`, error);
    }
  }

  private constructor(path: string, file: FileHandle, now: () => number) {
    this.path = path;
    this.file = file;
    this.now = now;
  }

  private count(frame: Uint8Array): void {
    this.hash.update(frame);
    this.bytes += frame.length;
  }

  /** Other events are passed over. @throws {RunError} when the system refuses */
  async add(event: TrainingEvent): Promise<void> {
    if (event.type !== "log" && event.type !== "validation") return;
    const value = Object.entries(scalarsOf(event)).map(([tag, scalar]) => ({
      tag,
      value: { case: "simpleValue" as const, value: Math.fround(scalar) },
    }));
    await this.attempt(
      this.write({ step: BigInt(event.iteration), what: { case: "summary", value: { value } } }),
    );
  }

  /** Returns when all events are safe on the disk, with their checksum. @throws {RunError} when the system refuses */
  async flush(): Promise<void> {
    await this.attempt(this.file.datasync());
    const digest = { bytes: this.bytes, sha256: this.hash.copy().digest("hex") };
    await addChecksum(dirname(this.path), basename(this.path), digest, { grows: true });
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async write(event: MessageInitShape<typeof EventSchema>): Promise<void> {
    const frame = frameOf(event, this.now);
    // An event that a full disk refused is left out, and the part of it that was written.
    if (this.isTorn) await this.file.truncate(this.bytes);
    this.isTorn = true;
    await this.file.appendFile(frame);
    this.isTorn = false;
    this.count(frame);
  }

  private async attempt(work: Promise<void>): Promise<void> {
    await work.catch((error) => {
      throw fileError(`cannot write ${this.path}`, error);
    });
  }
}

function frameOf(event: MessageInitShape<typeof EventSchema>, now: () => number): Uint8Array {
  return frameRecord(toBinary(EventSchema, create(EventSchema, { ...event, wallTime: now() / 1000 })));
}

function scalarsOf(event: Extract<TrainingEvent, { readonly type: "log" | "validation" }>): Scalars {
  const { elbo, reconstruction, kl, bound, penalties, measures } = event;
  const means = {
    elbo,
    reconstruction,
    kl,
    ...(bound !== undefined && { bound }),
    ...penalties,
    ...measures,
  };
  const where = event.type === "log" ? "train" : "validation";
  return {
    ...Object.fromEntries(Object.entries(means).map(([name, value]) => [`${name}/${where}`, value])),
    ...(event.type === "log" && { learning_rate: event.learningRate, beta: event.beta }),
  };
}

function restart(iteration: number): MessageInitShape<typeof EventSchema> {
  const status = SessionLog_SessionStatus.START;
  return { step: BigInt(iteration + 1), what: { case: "sessionLog", value: { status } } };
}
