import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { fraction, parseSettings, positiveInteger, wholeNumber } from "../common/settings.ts";
import { type Dataset, exampleSize } from "../data/dataset.ts";
import { inDataUnits } from "../data/preprocess.ts";
import { piecesOf } from "../data/storage.ts";
import { type ImputedRows, imputedRows } from "../evaluate/imputation.ts";
import type { KeptFunctions } from "../evaluate/kept-functions.ts";
import type { LongWork } from "../evaluate/row-function.ts";
import type { ModelConfig } from "../models/config.ts";
import { hasPoints } from "../models/posteriors.ts";

/** Draws behind an imputation. */
export interface ImputeOptions extends LongWork {
  /** Default 0. */
  readonly seed?: number | undefined;
  /** Importance samples of each example; default 1000. */
  readonly samples?: number | undefined;
  /** Number of multiple imputations; default 0. */
  readonly multiple?: number | undefined;
  /** Part of the draws between `low` and `high`; default 0.9. */
  readonly interval?: number | undefined;
}

type Values = Float32Array | Float64Array;

/**
 * Rows with their missing values imputed, in the units of the data, each [examples, values] in row-major order. Observed
 * values are as they were; a class is its index.
 */
export interface Imputation {
  /** E(x|observed), or the likeliest class. */
  readonly values: Values;
  /** Standard deviation of p(x|observed), by 200 draws or `multiple`; 0 where observed, NaN of a class. */
  readonly deviation: Values;
  /** Ends of the interval of those draws; NaN of a class. */
  readonly low: Values;
  /** End of the interval; NaN of a class. */
  readonly high: Values;
  /** Share of those draws that are the imputed class; 1 where observed, NaN of what is no class. */
  readonly share: Float32Array;
  /** Draws of p(x|observed). */
  readonly multiple: readonly Values[];
  /** Of each example, from 1 to `samples`: where it is near 1, the imputation is by few draws. */
  readonly effectiveSampleSize: Float64Array;
}

const settings = z.object({
  samples: positiveInteger,
  multiple: wholeNumber,
  interval: fraction,
  seed: wholeNumber,
});

/**
 * @param data prepared as the model's
 * @throws {ConfigError} for a deterministic autoencoder, or an option that is not what it must be
 */
export async function imputeExamples(
  functions: KeptFunctions,
  model: ModelConfig,
  data: Dataset,
  { seed = 0, samples = 1000, multiple = 0, interval = 0.9, ...work }: ImputeOptions,
): Promise<Imputation> {
  if (hasPoints(model))
    throw new ConfigError(
      "a deterministic autoencoder has no distribution to impute from: train without `deterministic`",
    );
  const options = parseSettings(settings, { samples, multiple, interval, seed });
  if (options.interval <= 0) throw new ConfigError(`interval is ${interval}: it must be above 0 and below 1`);
  return inUnits(await imputedRows(functions, model, data, { ...options, ...work }), data);
}

function inUnits(rows: ImputedRows, data: Dataset): Imputation {
  const { preprocess } = data;
  const width = exampleSize(data);
  const spread = preprocess?.spread;
  const stored = observedValues(data);
  const original = (values: Float32Array) => {
    const made = inDataUnits(values, preprocess);
    for (let i = 0; i < made.length; i++) if (!Number.isNaN(stored[i]!)) made[i] = stored[i]!;
    return made;
  };
  return {
    values: original(rows.values),
    deviation: spread
      ? Float64Array.from(rows.deviation, (each, i) => each * spread[i % width]!)
      : rows.deviation,
    low: original(rows.low),
    high: original(rows.high),
    share: rows.share,
    multiple: rows.multiple.map(original),
    effectiveSampleSize: rows.effectiveSampleSize,
  };
}

/** Values as they are in the data, scaled; NaN where they are missing. */
function observedValues({ storage, divisor }: Dataset): Float64Array {
  const values = new Float64Array(storage.examples * storage.size);
  for (const { start, rows } of piecesOf(storage))
    for (let i = 0; i < rows.length; i++) values[start * storage.size + i] = rows[i]! / divisor;
  return values;
}
