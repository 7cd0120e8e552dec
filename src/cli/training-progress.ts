import { formatCount } from "../common/format.ts";
import type { TrainingEvent } from "../train/events.ts";
import { formatNats } from "./format.ts";
import type { Io } from "./io.ts";
import { Progress } from "./progress.ts";

/** Weight of the past in the ELBO that is shown: that of single batches jumps too much to be read. */
const SMOOTHING = 0.98;
/** Validations of small data come many times a second; a person is shown one in so long. */
const VALIDATION_EVERY_MS = 1000;

type Validation = Extract<TrainingEvent, { type: "validation" }>;

/** Shows a training as it happens: to a person a bar and lines, to a program the events as JSON. */
export class TrainingProgress {
  /** Said when training begins. */
  title = "";
  private readonly io: Io;
  private progress: Progress | undefined;
  private elbo: number | undefined;
  private validated = Number.NEGATIVE_INFINITY;
  private started = { iteration: 0, time: performance.now() };
  private ended = this.started;
  /** Trainable parameters of the model. */
  parameters = 0;

  constructor(io: Io) {
    this.io = io;
  }

  /** From the first iteration to the last, in this process. */
  get seconds(): number {
    return (this.ended.time - this.started.time) / 1000;
  }

  /** Iterations done in this process. */
  get iterationsNow(): number {
    return this.ended.iteration - this.started.iteration;
  }

  /** @param event of the training, in order */
  readonly show = (event: TrainingEvent): void => {
    switch (event.type) {
      case "start":
        this.started = { iteration: event.iteration, time: performance.now() };
        this.parameters = event.parameterCount;
        this.progress = new Progress(this.io, {
          label: "training",
          unit: "iterations",
          total: event.maxIterations,
        });
        this.io.record(event);
        if (this.io.isWatched) this.io.say(this.title + after(event.iteration));
        break;
      case "iteration":
        this.elbo = SMOOTHING * (this.elbo ?? event.elbo) + (1 - SMOOTHING) * event.elbo;
        this.progress?.update(event.iteration, `ELBO ${formatNats(this.elbo)}`);
        break;
      case "log":
        this.io.record(event);
        break;
      case "validation":
        this.io.record(withoutDimensions(event));
        this.showValidation(event);
        break;
      case "warning":
        this.progress?.log(`vaekit: ${event.message}`);
        break;
      case "end":
        this.ended = { iteration: event.iteration, time: performance.now() };
        this.io.record(event);
        this.stop();
        break;
    }
  };

  stop(): void {
    this.progress?.stop();
    this.progress = undefined;
  }

  private showValidation(event: Validation): void {
    const now = performance.now();
    if (!this.io.isWatched || now - this.validated < VALIDATION_EVERY_MS) return;
    this.validated = now;
    const { iteration, epoch, elbo, reconstruction, kl, best } = event;
    const parts = `reconstruction ${formatNats(reconstruction)}, KL ${formatNats(kl)}`;
    const where = `epoch ${formatCount(epoch)}, iteration ${formatCount(iteration)}`;
    this.progress?.log(
      `${where}: validation ELBO ${formatNats(elbo)} (${parts})${best ? ", best so far" : ""}`,
    );
  }
}

/** As the history has it, so that lines stay short. */
function withoutDimensions({ klPerDimension: _, ...rest }: Validation) {
  return rest;
}

function after(iteration: number): string {
  return iteration > 0 ? `, after ${formatCount(iteration)} iterations` : "";
}
