import type { WeightsLayout } from "../models/weights.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import type { TrainingEvent } from "../train/events.ts";
import type { RunDirectory } from "./directory.ts";
import type { HistoryWriter } from "./history.ts";
import { TensorBoardWriter } from "./tensorboard.ts";

interface RecorderOptions {
  readonly layout: WeightsLayout;
  /** Iterations done: 0, or those of the checkpoint from which training resumes. */
  readonly iteration: number;
  /** Whether to write events for TensorBoard, too. */
  readonly tensorboard?: boolean | undefined;
}

/** Puts a training on disk as it happens: history, checkpoints, and events for TensorBoard if asked for. */
export class RunRecorder {
  private readonly run: RunDirectory;
  private readonly layout: WeightsLayout;
  private readonly writers: readonly (HistoryWriter | TensorBoardWriter)[];

  /** @throws {RunError} when the files cannot be written, or the history is damaged */
  static async open(
    run: RunDirectory,
    { layout, iteration, tensorboard }: RecorderOptions,
  ): Promise<RunRecorder> {
    const history = await run.openHistory(iteration);
    try {
      const charts = tensorboard ? [await TensorBoardWriter.open(run.path, iteration)] : [];
      return new RunRecorder(run, layout, [history, ...charts]);
    } catch (error) {
      await history.close();
      throw error;
    }
  }

  private constructor(run: RunDirectory, layout: WeightsLayout, writers: RunRecorder["writers"]) {
    this.run = run;
    this.layout = layout;
    this.writers = writers;
  }

  /** Every event of the training, in order. @throws {RunError} when the system refuses */
  async add(event: TrainingEvent): Promise<void> {
    // What a writer could not write it writes later.
    let refused: unknown;
    for (const writer of this.writers)
      await writer.add(event).catch((error) => {
        refused ??= error;
      });
    if (event.type === "checkpoint" && refused === undefined) await this.store(event.checkpoint);
    if (refused !== undefined) throw refused;
  }

  /** Writes a checkpoint, once more where that failed before. @throws {RunError} when the system refuses */
  async store(checkpoint: Checkpoint): Promise<void> {
    // The history must be on disk before the checkpoint: otherwise resuming could leave a gap in the history.
    await this.flush();
    await this.run.writeCheckpoint(checkpoint, this.layout);
  }

  /** Returns when all that was added is safe on the disk. @throws {RunError} when the system refuses */
  async flush(): Promise<void> {
    for (const writer of this.writers) await writer.flush();
  }

  /** After {@link flush} there is nothing that closing could lose. */
  async close(): Promise<void> {
    for (const writer of this.writers) await writer.close().catch(() => {});
  }
}
