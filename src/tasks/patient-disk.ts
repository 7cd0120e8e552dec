import { RunError } from "../common/errors.ts";
import type { TrainingEvent } from "../train/events.ts";

const RETRY_MS = 2000;
const WARN_EVERY_MS = 60_000;

interface PatientOptions {
  readonly keepGoing?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
}

/** Writing to a disk that may be full, or fail, for a while: without `keepGoing` the first refusal ends the training. */
export class PatientDisk {
  private readonly options: PatientOptions;
  private warned = Number.NEGATIVE_INFINITY;

  constructor(options: PatientOptions) {
    this.options = options;
  }

  /** Something that may be missed: training goes on without it. @param iteration for the warning */
  async write(iteration: number, work: () => Promise<void>): Promise<void> {
    const error = await this.attempt(work);
    if (error)
      this.warn(
        iteration,
        `${error.message}; training goes on, and is written down when that is possible again`,
      );
  }

  /** Something that the run is not whole without: attempted until it is done, or the training is interrupted. */
  async finish(iteration: number, work: () => Promise<void>): Promise<void> {
    for (;;) {
      const error = await this.attempt(work);
      if (!error) return;
      if (this.options.signal?.aborted) throw error;
      this.warn(iteration, `${error.message}; the training has ended, and waits until it can be written`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** @returns why it was refused, where training goes on */
  private async attempt(work: () => Promise<void>): Promise<RunError | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (this.options.keepGoing && error instanceof RunError) return error;
      throw error;
    }
  }

  private warn(iteration: number, message: string): void {
    const now = performance.now();
    if (now - this.warned < WARN_EVERY_MS) return;
    this.warned = now;
    this.options.onEvent?.({ type: "warning", iteration, message });
  }
}
