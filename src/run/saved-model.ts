import { VERSION } from "../common/version.ts";
import type { Dataset } from "../data/dataset.ts";
import { fingerprint } from "../data/fingerprint.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import type { CompleteArchitecture } from "../models/sizes.ts";
import type { Weights } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";
import type { TrainingSettings } from "../train/settings.ts";
import { FORMAT_VERSION, type RunConfig } from "./config.ts";
import { MADE_IN_CODE } from "./data-source.ts";
import { fingerprintsOf } from "./split-fingerprints.ts";

/** How weights came about: a training in this process, or a run they were loaded from. */
export type Origin = Training | { readonly config: RunConfig; readonly iteration: number };

/** What a configuration tells beside the model: which data, and how it was trained. */
export interface Training {
  /** Built-in name or absolute path; absent for data made in code. */
  readonly source?: string | undefined;
  readonly train: Dataset;
  readonly validation?: Dataset | undefined;
  readonly test?: Dataset | undefined;
  readonly settings: TrainingSettings;
  readonly film?: boolean | undefined;
  /** The run whose weights it began with. */
  readonly origin?: RunConfig["origin"] | undefined;
  /** Of the weights. */
  readonly iteration: number;
}

/** A model as a user described it, and the networks that came of that. */
interface DescribedModel {
  readonly architecture: CompleteArchitecture;
  readonly hyperparameters: Hyperparameters;
  readonly model: ModelConfig;
}

/** Which checkpoint of a run: the weights that were best on the validation data, the latest, or those of an iteration. */
export type CheckpointName = "best" | "last" | number;

/** What a run directory holds of a model. */
export interface SavedModel {
  readonly config: RunConfig;
  readonly weights: Weights;
  readonly iteration: number;
}

export interface ModelToSave extends DescribedModel {
  readonly weights: Weights;
  readonly origin: Origin;
  /** That it was trained on. */
  engine(): Promise<Runtime>;
}

/** The configuration of the run that a model is saved as: that of its training, or of the run it was loaded from. */
export async function savedConfig(saved: ModelToSave): Promise<RunConfig> {
  const { origin } = saved;
  return "config" in origin ? origin.config : configOf(saved, await saved.engine(), origin);
}

/** Everything needed to repeat a training. */
export async function configOf(
  { architecture, hyperparameters, model }: DescribedModel,
  { name, version }: Pick<Runtime, "name" | "version">,
  training: Omit<Training, "iteration">,
): Promise<RunConfig> {
  const { source, train, validation, test, settings, film, origin } = training;
  return {
    formatVersion: FORMAT_VERSION,
    createdBy: { vaekit: VERSION, engine: { name, version } },
    data: {
      source: source ?? `${MADE_IN_CODE}${train.name}`,
      scale: train.divisor,
      range: [...train.schema.range],
      ...(train.preprocess && {
        preprocess: { center: [...train.preprocess.center], spread: [...train.preprocess.spread] },
      }),
      examples: { train: train.examples, ...(validation && { validation: validation.examples }) },
      ...(train.decoding && {
        decoding: structuredClone(train.decoding) as RunConfig["data"]["decoding"] & object,
      }),
      fingerprint: await fingerprint(train),
      fingerprints: await fingerprintsOf({ train, validation, test }),
    },
    architecture,
    hyperparameters,
    training: settings,
    ...(film && { film }),
    ...(origin && { origin }),
    model,
  };
}
