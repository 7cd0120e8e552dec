import type { TrainingEvent } from "./train/events.ts";
import type { HyperparametersInput, TrainingSettingsInput } from "./train/settings.ts";
import type { VAE } from "./vae.ts";
import type { Architecture } from "./vae-model.ts";

/** How a training that is kept on disk is watched and stopped. */
export interface RunOptions {
  /** Also writes TensorBoard event files. */
  readonly tensorboard?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
}

/** A training to be kept in a run directory. */
export interface RunRequest extends RunOptions {
  /** Built-in name or path. */
  readonly data: string;
  /** Values are divided by this; default: what the data's type suggests. */
  readonly scale?: number | undefined;
  readonly architecture: Architecture;
  readonly hyperparameters: HyperparametersInput;
  readonly training: TrainingSettingsInput & { readonly epochs?: number | undefined };
  readonly directory: string;
  /** Replaces a run that is there already. */
  readonly force?: boolean | undefined;
}

/** What a user asks of a run that goes on: settings that are given must be those of the run, but for its length. */
export interface ResumeRequest extends RunOptions {
  readonly directory: string;
  readonly data?: string | undefined;
  readonly scale?: number | undefined;
  readonly architecture?: Architecture | undefined;
  readonly hyperparameters?: HyperparametersInput | undefined;
  readonly training?: (TrainingSettingsInput & { readonly epochs?: number | undefined }) | undefined;
}

export interface RunResult {
  readonly vae: VAE;
  readonly directory: string;
  readonly reason: "finished" | "stopped early" | "aborted";
  /** Iterations done. */
  readonly iterations: number;
  /** The iteration whose weights were kept. */
  readonly keptIteration: number;
}
