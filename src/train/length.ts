import { ConfigError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import { type TrainingSettings, type TrainingSettingsInput, trainingSettings } from "./settings.ts";

/** Settings of a training whose length may be given in passes over the data. */
export type TrainingRequest = TrainingSettingsInput & { readonly epochs?: number | undefined };

/** @throws {ConfigError} when a setting is not what it must be, or both lengths are given */
export function resolveTraining(request: TrainingRequest, iterationsPerEpoch: number): TrainingSettings {
  const { epochs, ...settings } = request;
  if (epochs === undefined) return parseSettings(trainingSettings, settings);
  if (settings.maxIterations !== undefined)
    throw new ConfigError(
      `both epochs (${epochs}) and maxIterations (${settings.maxIterations}) were given: give one`,
    );
  if (!(epochs > 0)) throw new ConfigError(`epochs is ${epochs}: it must be a number above 0`);
  const maxIterations = Math.max(1, Math.round(epochs * iterationsPerEpoch));
  return parseSettings(trainingSettings, { ...settings, maxIterations });
}
