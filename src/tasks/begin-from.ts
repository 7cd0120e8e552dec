/** A new run that begins with the weights of another. */
import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import type { Dataset } from "../data/dataset.ts";
import {
  type Hyperparameters,
  type HyperparametersInput,
  hyperparameters as hyperparametersSchema,
} from "../models/hyperparameters.ts";
import { besideNames, KIND_SETTINGS } from "../models/nested-settings.ts";
import { type Architecture, architectureText } from "../models/sizes.ts";
import { requireLayout, weightsLayout } from "../models/weights.ts";
import type { RunConfig } from "../run/config.ts";
import { loadModel } from "../run/saved.ts";
import type { CheckpointName, SavedModel } from "../run/saved-model.ts";
import { fitLikelihood } from "../train/fit-to-data.ts";
import { VAE } from "../vae/vae.ts";

/** The run whose weights a new one begins with. */
export interface BeginFrom {
  /** The run's folder. */
  readonly directory: string;
  /** Of that run, instead of its model. */
  readonly checkpoint?: CheckpointName | undefined;
}

/** Settings under which the same weights are another network. */
const OF_THE_NETWORK = [
  "activation",
  "normalization",
  "encoderInput",
  "prior",
  "posterior",
  "condition",
  "deterministic",
] as const satisfies readonly (keyof Hyperparameters)[];

/** @throws {RunError} when there is no such run, model or checkpoint */
export function openOrigin({ directory, checkpoint }: BeginFrom): Promise<SavedModel> {
  return loadModel(directory, { checkpoint });
}

/** The settings of a new run: those of the other one, unless they are given. */
export function settingsFrom(
  { config }: SavedModel,
  given: { readonly architecture?: Architecture | undefined; readonly hyperparameters: HyperparametersInput },
): { readonly architecture: Architecture; readonly hyperparameters: HyperparametersInput } {
  const asked = Object.entries(besideNames(given.hyperparameters)).filter(([, value]) => value !== undefined);
  const stored = besideNames(config.hyperparameters);
  const hyperparameters = { ...stored, ...Object.fromEntries(asked) };
  for (const { name, kinds } of KIND_SETTINGS) {
    const before = stored[name] as keyof typeof kinds;
    if (hyperparameters[name] === before) continue;
    // Settings of another kind than the one that is asked for.
    for (const own of Object.keys(kinds[before]))
      if (!asked.some(([each]) => each === own)) delete hyperparameters[own];
  }
  return {
    architecture: given.architecture ?? (config.architecture as Architecture),
    hyperparameters: hyperparameters as HyperparametersInput,
  };
}

/**
 * A model that begins with another run's weights, and keeps what that run's likelihood took from its data.
 * @param from names the run in messages
 * @throws {ConfigError} when the network is not the same
 */
export function vaeFrom(
  { config, weights }: SavedModel,
  { architecture, hyperparameters }: ReturnType<typeof settingsFrom>,
  train: Dataset,
  from: string,
): VAE {
  const wanted = parseSettings(hyperparametersSchema, hyperparameters);
  const changed = OF_THE_NETWORK.find(
    (name) => !isDeepStrictEqual(wanted[name], config.hyperparameters[name]),
  );
  if (changed)
    throw new ConfigError(
      `${changed} is ${shown(wanted[changed])} but ${from} was trained with ${shown(config.hyperparameters[changed])}: its weights need the same, so leave it out`,
    );
  const asked = new VAE(architecture, hyperparameters, { inputShape: train.shape });
  const isSameLikelihood = isDeepStrictEqual(wanted.likelihood, config.hyperparameters.likelihood);
  const { likelihood, condition, missing } = config.model;
  const model = {
    ...asked.model,
    likelihood: isSameLikelihood ? likelihood : fitLikelihood(asked.model.likelihood, train),
    ...(asked.model.condition && condition && { condition }),
    ...(missing && { missing }),
  };
  try {
    requireLayout(weights, weightsLayout(model));
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    const shapes = [config.model.inputShape, train.shape].map((shape) => shape.join("×"));
    if (shapes[0] === shapes[1] && isDeepStrictEqual(asked.architecture, config.architecture))
      throw new ConfigError(
        `with these settings the network has other weights than that of ${from}: leave out settings that differ, such as likelihood`,
        { cause },
      );
    throw new ConfigError(
      `the network is ${architectureText(asked.architecture)} for examples of ${shapes[1]} but that of ${from} is ${architectureText(config.architecture)} for ${shapes[0]}: a run begins with the weights of the same network only`,
      { cause },
    );
  }
  return new VAE(asked.architecture, asked.hyperparameters, { model, weights });
}

/** What the new run's configuration says about where its weights come from. */
export function originRecord(
  { directory, checkpoint }: BeginFrom,
  { iteration }: SavedModel,
): RunConfig["origin"] {
  return { run: directory, ...(checkpoint !== undefined && { checkpoint }), iteration };
}

function shown(value: unknown): string {
  return typeof value === "object" && value !== null && "type" in value ? String(value.type) : String(value);
}
