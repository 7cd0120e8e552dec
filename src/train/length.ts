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

/** What a length that was not asked for follows. */
interface TrainingRows {
  /** Training examples. */
  readonly examples: number;
  readonly hasValidation: boolean;
}

/** From this many rows on, a training without a length has the usual one. */
const MANY_ROWS = 10_000;
/** Of fewer rows: validations without improvement after which training stops, and the least distance between them. */
const PATIENCE = 20;
const LEAST_BETWEEN = 50;
/** Of fewer rows without validation: passes over the data, and the least and the greatest number of iterations. */
const PASSES = 500;
const LEAST_ITERATIONS = 2000;
const MOST_ITERATIONS = 20_000;

/** Whether the length of a training follows the number of its rows: nothing about it was asked for. */
export function followsRows({ epochs, maxIterations, patience }: TrainingRequest, examples: number): boolean {
  return examples < MANY_ROWS && [epochs, maxIterations, patience].every((each) => each === undefined);
}

/** A long training of few rows fits each of them, at the cost of all others: it stops when validation says so. */
function forRows(
  request: TrainingRequest,
  perEpoch: number,
  { hasValidation }: TrainingRows,
): TrainingRequest {
  if (hasValidation)
    return {
      ...request,
      patience: PATIENCE,
      validateEvery: request.validateEvery || Math.max(perEpoch, LEAST_BETWEEN),
    };
  const iterations = Math.max(LEAST_ITERATIONS, Math.min(MOST_ITERATIONS, PASSES * perEpoch));
  return { ...request, maxIterations: iterations };
}

/**
 * @param rows what a length that was not asked for follows; absent: it is the usual one
 * @throws {ConfigError} when a setting is not what it must be, or both lengths are given
 */
export function resolveTraining(
  asked: TrainingRequest,
  iterationsPerEpoch: number,
  rows?: TrainingRows,
): TrainingSettings {
  const request =
    rows && followsRows(asked, rows.examples) ? forRows(asked, iterationsPerEpoch, rows) : asked;
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
