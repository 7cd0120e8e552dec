/** What may change when a run is resumed: the course of its training, not its model, its data or its random draws. */
import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import {
  type Hyperparameters,
  type HyperparametersInput,
  hyperparameters as hyperparametersSchema,
} from "../models/hyperparameters.ts";
import { besideNames, flat, KIND_SETTINGS, nestedWhereUsed } from "../models/nested-settings.ts";
import { type Architecture, completeArchitecture } from "../models/sizes.ts";
import type { RunConfig, SettingsChange } from "../run/config.ts";
import { resolveTraining, type TrainingRequest } from "../train/length.ts";
import type { TrainingSettings } from "../train/settings.ts";

/** Settings as a user gives them for a run that is resumed. */
export interface ResumedSettings {
  readonly architecture?: Architecture | undefined;
  readonly hyperparameters?: HyperparametersInput | undefined;
  readonly training?: TrainingRequest | undefined;
  readonly scale?: number | undefined;
}

/** Hyperparameters that may change when a run is resumed. */
const CHANGEABLE = [
  "learningRate",
  "schedule",
  "learningRateWarmup",
  "learningRateStep",
  "learningRateDecay",
  "clipValue",
  "clipNorm",
  "klWarmup",
  "capacityWarmup",
] as const satisfies readonly (keyof HyperparametersInput)[];

/** Settings of the training that may change, beside its length. */
const CHANGEABLE_TRAINING = [
  "threads",
  "validateEvery",
  "logEvery",
  "checkpointEvery",
  "checkpointSeconds",
  "patience",
] as const satisfies readonly (keyof TrainingSettings)[];

/**
 * The configuration with which a run is resumed. Settings that change are recorded in `changes`, with their previous
 * values; a longer training alone is not, since the iterations before it stay what they are.
 * @param iteration from which it is resumed
 * @throws {ConfigError} when a setting is given that cannot change
 */
export function resumedConfig(
  config: RunConfig,
  asked: ResumedSettings,
  { iteration, iterationsPerEpoch }: { iteration: number; iterationsPerEpoch: number },
): RunConfig {
  const { architecture, hyperparameters = {}, training = {}, scale } = asked;
  if (architecture && !isDeepStrictEqual(completeArchitecture(architecture), config.architecture))
    throw disagreement("architecture", JSON.stringify(architecture), JSON.stringify(config.architecture));
  if (scale !== undefined && scale !== config.data.scale)
    throw disagreement("scale", scale, config.data.scale);
  const stored = flat(config.hyperparameters);
  const changed = changedOf(askedOf(hyperparameters, config), stored, CHANGEABLE).after;
  const { epochs, maxIterations, ...others } = training;
  const given = resolveTraining(others, 1);
  const askedTraining = Object.fromEntries(keysOf(others).map((name) => [name, given[name]]));
  const changedTraining = changedOf(askedTraining, config.training, CHANGEABLE_TRAINING);

  const after = nestedWhereUsed({
    ...besideNames(config.hyperparameters),
    ...changed,
  }) as unknown as Hyperparameters;
  const length =
    epochs === undefined && maxIterations === undefined
      ? config.training.maxIterations
      : resolveTraining({ epochs, maxIterations }, iterationsPerEpoch).maxIterations;
  refuseMovedPlan(config, after, length, "schedule" in changed);
  const before = { ...differing(stored, flat(after)), ...changedTraining.before } as SettingsChange["before"];
  const record = Object.keys(before).length > 0 && { iteration, before };
  return {
    ...config,
    hyperparameters: after,
    training: { ...config.training, ...changedTraining.after, maxIterations: length },
    ...(record && { changes: [...(config.changes ?? []), record] }),
  };
}

/** A cosine and KL cycles span the whole training: another length would change iterations already done. */
function refuseMovedPlan(
  { training }: RunConfig,
  { schedule, klCycles }: Hyperparameters,
  length: number,
  scheduleChanged: boolean,
): void {
  const planned =
    schedule.type === "cosine" && !scheduleChanged
      ? "cosine schedule ends"
      : klCycles > 0
        ? "KL cycles end"
        : undefined;
  if (planned && length !== training.maxIterations)
    throw new ConfigError(
      `maxIterations is ${length} but the run's ${planned} at ${training.maxIterations}: its length cannot change`,
    );
}

/** @throws {ConfigError} when a setting that cannot change is given with another value */
function changedOf(
  asked: Readonly<Record<string, unknown>>,
  stored: Readonly<Record<string, unknown>>,
  changeable: readonly string[],
): { readonly after: Record<string, unknown>; readonly before: Record<string, unknown> } {
  const differing = Object.entries(asked).filter(([name, value]) => !isDeepStrictEqual(value, stored[name]));
  for (const [name, value] of differing)
    if (!changeable.includes(name)) throw disagreement(name, value, stored[name]);
  return {
    after: Object.fromEntries(differing),
    before: Object.fromEntries(differing.map(([name]) => [name, stored[name]])),
  };
}

/** The values of settings that are others, or none, afterwards. */
function differing(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(before).filter(([name, value]) => !isDeepStrictEqual(value, after[name])),
  );
}

/** The hyperparameters that are given, those of a kind beside its name. */
function askedOf(
  asked: HyperparametersInput,
  { hyperparameters }: RunConfig,
): Readonly<Record<string, unknown>> {
  const given = besideNames(asked);
  const stored = besideNames(hyperparameters);
  const types = Object.fromEntries(KIND_SETTINGS.map(({ name }) => [name, stored[name]]));
  if (given.likelihood !== undefined && given.likelihood !== types.likelihood)
    throw disagreement("likelihood", given.likelihood, types.likelihood);
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = flat(parseSettings(hyperparametersSchema, { ...types, ...defined }));
  return Object.fromEntries(Object.entries(parsed).filter(([name]) => name in defined));
}

/** Names of what was given. */
function keysOf<T extends object>(object: T): (keyof T & string)[] {
  return (Object.keys(object) as (keyof T & string)[]).filter((key) => object[key] !== undefined);
}

function disagreement(name: string, asked: unknown, stored: unknown): ConfigError {
  return new ConfigError(
    `${name} is ${asked} but the run has ${stored}, and it cannot change on the way: leave it out to resume, or start a new run`,
  );
}
