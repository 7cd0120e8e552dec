import { ConfigError } from "../common/errors.ts";
import { valueText } from "../common/format.ts";
import { parseSettings } from "../common/settings.ts";
import { type TrainingSettings, type TrainingSettingsInput, trainingSettings } from "./settings.ts";

/** Settings of a training whose length may be given in passes over the data. */
export type TrainingRequest = TrainingSettingsInput & { readonly epochs?: number | undefined };

/** Entries that a history has at least, where the length allows it: enough for a curve. */
const LEAST_ENTRIES = 50;
const USUAL_LOG_EVERY = 100;

/** Iterations between entries of the history unless the user says otherwise: 100, fewer in a training of under 5,000. */
export function usualLogEvery(maxIterations: number): number {
  return Math.min(USUAL_LOG_EVERY, Math.max(1, Math.floor(maxIterations / LEAST_ENTRIES)));
}

/** @throws {ConfigError} when a setting is not what it must be, or both lengths are given */
export function resolveTraining(request: TrainingRequest, iterationsPerEpoch: number): TrainingSettings {
  const { epochs, ...settings } = request;
  if (epochs === undefined) return withLogEvery(settings);
  if (settings.maxIterations !== undefined)
    throw new ConfigError(
      `both epochs (${epochs}) and maxIterations (${settings.maxIterations}) were given: give one`,
    );
  if (!(typeof epochs === "number" && epochs > 0))
    throw new ConfigError(`epochs is ${valueText(epochs)}: it must be a number above 0`);
  const maxIterations = Math.max(1, Math.round(epochs * iterationsPerEpoch));
  return withLogEvery({ ...settings, maxIterations });
}

function withLogEvery(given: TrainingSettingsInput): TrainingSettings {
  const settings = parseSettings(trainingSettings, given);
  return given.logEvery === undefined
    ? { ...settings, logEvery: usualLogEvery(settings.maxIterations) }
    : settings;
}
