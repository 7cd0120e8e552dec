import type { NumericalError } from "../common/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import type { Weights } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { LossMeans } from "./events.ts";
import type { TrainingSettings } from "./settings.ts";

/** What a step is made of. */
export interface StepOptions {
  readonly model: ModelConfig;
  readonly hyperparameters: Hyperparameters;
  readonly settings: TrainingSettings;
  readonly data: Dataset;
  readonly runtime: Runtime;
}

/** One training step: forward, backward and update, again and again, wherever its parameters live. */
export interface Step {
  /** What it runs on: `cpu`, or the name of an accelerator. */
  readonly device: string;
  /** Which iterations make an epoch. */
  readonly batches: { readonly perEpoch: number; epochOf(iteration: number): number };
  /** The parameters and statistics in the host's memory, as of the last {@link read}. */
  readonly weights: Weights;
  /** The optimizer's moments, likewise. */
  readonly moments: readonly Float32Array[];
  /** Brings `weights` and `moments` up to date. On the CPU they are the step's own memory, which always is. */
  read(): Promise<void>;
  /**
   * @param iteration counted from 1: it decides batch, noise and schedules
   * @returns means over the batch, before the update; when they are not finite, nothing was updated
   */
  run(iteration: number): Promise<LossMeans>;
  /**
   * Begins with these weights and, when resuming, with these moments.
   * @throws {ConfigError} when they are not of this model and optimizer
   */
  load(from: Pick<Weights, "parameters" | "states"> & Partial<Pick<Checkpoint, "moments">>): void;
  /** Whether all parameters and statistics are finite. */
  isHealthy(): boolean;
  /**
   * Says where the last step became non-finite.
   * @param iteration the step whose loss was not finite
   * @param isUntrained whether its weights are as they were drawn
   */
  diagnose(iteration: number, isUntrained: boolean): Promise<NumericalError>;
  dispose(): Promise<void>;
}
