import { RunError } from "../common/errors.ts";
import { VERSION } from "../common/version.ts";
import type { Dataset } from "../data/dataset.ts";
import { fingerprint } from "../data/fingerprint.ts";
import { type Weights, weightsLayout } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";
import type { TrainingSettings } from "../train/settings.ts";
import { VAE } from "../vae/vae.ts";
import { FORMAT_VERSION, type RunConfig } from "./config.ts";
import { MADE_IN_CODE } from "./data-source.ts";
import { RunDirectory } from "./directory.ts";
import { exportModels } from "./export.ts";

/** How weights came about: a training in this process, or a run they were loaded from. */
export type Origin = Training | { readonly config: RunConfig; readonly iteration: number };

/** What a configuration tells beside the model: which data, and how it was trained. */
export interface Training {
  /** Built-in name or absolute path; absent for data made in code. */
  readonly source?: string | undefined;
  readonly train: Dataset;
  readonly validation?: Dataset | undefined;
  readonly settings: TrainingSettings;
  readonly film?: boolean | undefined;
  /** Of the weights. */
  readonly iteration: number;
}

/** Everything needed to repeat a training. */
export async function configOf(vae: VAE, training: Omit<Training, "iteration">): Promise<RunConfig> {
  const { source, train, validation, settings, film } = training;
  const { name, version } = await vae.engine();
  return {
    formatVersion: FORMAT_VERSION,
    createdBy: { vaekit: VERSION, engine: { name, version } },
    data: {
      source: source ?? `${MADE_IN_CODE}${train.name}`,
      scale: train.divisor,
      range: [...train.schema.range],
      examples: { train: train.examples, ...(validation && { validation: validation.examples }) },
      ...(train.decoding && {
        decoding: structuredClone(train.decoding) as RunConfig["data"]["decoding"] & object,
      }),
      fingerprint: await fingerprint(train),
    },
    architecture: vae.architecture,
    hyperparameters: vae.hyperparameters,
    training: settings,
    ...(film && { film }),
    model: vae.model,
  };
}

/** Writes the files that make a run of a model: configuration, weights, encoder and decoder. */
export async function writeRunModel(
  run: RunDirectory,
  config: RunConfig,
  weights: Weights,
  iteration: number,
): Promise<void> {
  const model = { ...weights, iteration };
  await run.writeModel(model);
  await exportModels(run, config, model);
}

/** @throws {RunError} when the folder does not hold a run that this version can read, or one that has no model yet */
export async function loadVae(directory: string, { runtime }: { runtime?: Runtime }): Promise<VAE> {
  const run = await RunDirectory.open(directory);
  const config = await run.readConfig();
  if (!(await run.has("model"))) {
    const failure = await run.readFailure();
    throw new RunError(
      failure === undefined
        ? `${directory} has no model yet, its training has not ended; once it has stopped, npx vaekit train --resume ${directory} goes on with it`
        : `${directory} has no model, its training failed: ${failure}; start a new run`,
    );
  }
  const vae = vaeOf(config, runtime);
  const model = await run.readModel(weightsLayout(config.model));
  vae.adopt(model, { config, iteration: model.iteration });
  return vae;
}

/** The model a configuration describes, without weights. */
export function vaeOf({ architecture, hyperparameters, model }: RunConfig, runtime?: Runtime): VAE {
  return new VAE(architecture, hyperparameters, { model, ...(runtime && { runtime }) });
}

/** @throws {RunError} when the folder is occupied and `force` is not given */
export async function saveVae(
  vae: VAE,
  weights: Weights,
  origin: Origin,
  directory: string,
  options: { force?: boolean },
): Promise<void> {
  const config = "config" in origin ? origin.config : await configOf(vae, origin);
  const run = await RunDirectory.create(directory, options);
  try {
    await run.writeConfig(config);
    await writeRunModel(run, config, weights, origin.iteration);
  } finally {
    await run.close();
  }
}
