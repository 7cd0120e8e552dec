import { knownLabels, writeConditions } from "../data/conditions.ts";
import { type Dataset, exampleSize, exampleValues, take } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import { hasClasses, imputationTerms } from "../models/imputation.ts";
import { posteriorFrom } from "../models/networks.ts";
import { modelInputs, observedFrom } from "../models/observed.ts";
import { drawnRows } from "./decoded-rows.ts";
import { encodeRows, encoderGraph, writeObserved } from "./encoding.ts";
import { chooseClasses, isClass, spreadOfDraws } from "./imputed-values.ts";
import type { KeptFunctions } from "./kept-functions.ts";
import { EvaluationNoise } from "./noise.ts";
import type { LongWork } from "./row-function.ts";

interface ImputationSettings extends LongWork {
  readonly seed: number;
  /** Importance samples of each example. */
  readonly samples: number;
  /** How many multiple imputations to keep. */
  readonly multiple: number;
  /** Part of the draws between `low` and `high`, in (0, 1). */
  readonly interval: number;
}

/** Rows with their missing values imputed, as the model sees them. Observed values are as they were. */
export interface ImputedRows {
  /** E(x|observed), or the likeliest class where a value is one, [examples, values]. */
  readonly values: Float32Array;
  /** Of the draws of a missing value; 0 where observed, NaN where a value is a class. */
  readonly deviation: Float32Array;
  /** Ends of the interval of the draws; the value itself where observed, NaN where it is a class. */
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** Share of the draws that are the imputed class; 1 where observed, NaN where a value is no class. */
  readonly share: Float32Array;
  /** Draws of p(missing|observed), each [examples, values]. */
  readonly multiple: readonly Float32Array[];
  /** (Σ w)²/Σ w² of each example's weights; the number of samples where nothing is missing. */
  readonly effectiveSampleSize: Float64Array;
}

/** Draws that spreads are told from, at least. */
const LEAST_DRAWS = 200;
/** Values that are decoded at once for one pass, and draws that are kept for a block of examples. */
const VALUES_AT_ONCE = 1e6;
const VALUES_OF_BLOCK = 1e7;

/**
 * Imputes missing values by importance sampling from the posterior (Mattei & Frellsen 2019, section 3.3): the single
 * imputation is the self-normalised estimate of E(x|observed), a multiple one a draw of z by its weight (sampling
 * importance resampling) and then a draw of p(x|z). What is drawn for an example depends on seed and index alone.
 * @param data prepared as the model's
 */
export async function imputedRows(
  functions: KeptFunctions,
  model: ModelConfig,
  data: Dataset,
  { seed, samples, multiple, interval, signal, onProgress }: ImputationSettings,
): Promise<ImputedRows> {
  const width = exampleSize(data);
  const values = exampleValues(data, { start: 0, end: data.examples });
  const result = {
    values,
    deviation: new Float32Array(values.length),
    low: values.slice(),
    high: values.slice(),
    share: new Float32Array(values.length),
    multiple: Array.from({ length: multiple }, () => values.slice()),
    effectiveSampleSize: new Float64Array(data.examples).fill(samples),
  };
  for (let i = 0; i < values.length; i++) result.share[i] = isClass(model, i % width) ? 1 : Number.NaN;
  const random = await EvaluationNoise.create();
  const incomplete = [...Array(data.examples).keys()].filter((row) =>
    values.subarray(row * width, (row + 1) * width).some(Number.isNaN),
  );
  const draws = Math.max(LEAST_DRAWS, multiple);
  const atOnce = Math.max(1, Math.floor(VALUES_OF_BLOCK / Math.max(width * draws, model.latent * samples)));
  for (let start = 0; start < incomplete.length; start += atOnce) {
    const block = incomplete.slice(start, start + atOnce);
    const own = { functions, model, data: take(data, block), indices: block };
    const weighed = await weighedRows(own, random, { seed, samples, ...(signal && { signal }) });
    const chosen = resampled(weighed, random, own, { seed, draws });
    const drawn = await drawnRows(
      { functions, model, ...chosen },
      {
        seed,
        indexOf: (at) => draws * block[Math.floor(at / draws)]! + (at % draws),
        ...(signal && { signal }),
      },
    );
    for (const [at, row] of block.entries()) {
      result.effectiveSampleSize[row] = weighed.effectiveSampleSize[at]!;
      for (let column = 0; column < width; column++) {
        const i = row * width + column;
        if (!Number.isNaN(values[i]!)) continue;
        const single = weighed.values[at * width + column]!;
        const own = Float32Array.from({ length: draws }, (_, d) => drawn[(at * draws + d) * width + column]!);
        for (let m = 0; m < multiple; m++) result.multiple[m]![i] = own[m]!;
        const spread = spreadOfDraws(own, single, isClass(model, column), interval);
        for (const name of ["deviation", "low", "high", "share"] as const) result[name][i] = spread[name];
        values[i] = single;
      }
    }
    onProgress?.(start + block.length, incomplete.length);
  }
  return result;
}

/** Examples of a block, and their indices among all. */
interface Block {
  readonly functions: KeptFunctions;
  readonly model: ModelConfig;
  readonly data: Dataset;
  readonly indices: readonly number[];
}

interface WeighedRows {
  /** [examples, values] */
  readonly values: Float64Array;
  /** [examples, samples, latent] */
  readonly z: Float32Array;
  /** [examples, samples] */
  readonly logWeights: Float32Array;
  readonly effectiveSampleSize: Float64Array;
}

async function weighedRows(
  { functions, model, data, indices }: Block,
  random: EvaluationNoise,
  { seed, samples, ...work }: { seed: number; samples: number } & LongWork,
): Promise<WeighedRows> {
  const { latent } = model;
  const width = exampleSize(data);
  const encoder = await functions.compiled("encoder", encoderGraph(model));
  const encoded = await encodeRows(encoder, data.examples, (chunk) => writeObserved(data, chunk), work);
  const z = new Float32Array(data.examples * samples * latent);
  const logWeights = new Float32Array(data.examples * samples);
  const averages = Array.from({ length: data.examples }, () => new WeighedAverage());
  const atOnce = Math.min(samples, Math.ceil(VALUES_AT_ONCE / width));
  for (let first = 0; first < samples; first += atOnce) {
    const size = Math.min(atOnce, samples - first);
    const pass = await functions.compiled(
      `imputation by ${size} samples`,
      {
        inputs: { ...modelInputs(model), ...shapesOf(encoded, data.examples) },
        build: (trace, tensors) => ({
          ...imputationTerms(
            trace,
            model,
            observedFrom(model, tensors),
            posteriorFrom(trace, model, tensors),
            size,
          ),
        }),
      },
      { chunkRows: Math.max(2, Math.floor(VALUES_AT_ONCE / (size * width))), frozen: true },
    );
    await pass.run(
      data.examples,
      (chunk) => {
        writeObserved(data, chunk);
        for (const [name, all] of Object.entries(encoded)) {
          const own = all.length / data.examples;
          chunk.buffers[name]!.set(all.subarray(chunk.first * own, (chunk.first + chunk.rows) * own));
        }
      },
      ({ first: row, rows, buffers }) => {
        for (let i = 0; i < rows; i++) {
          const of = (name: string) => {
            const own = buffers[name]!.length / rows;
            return buffers[name]!.subarray(i * own, (i + 1) * own);
          };
          const at = (row + i) * samples + first;
          z.set(of("z"), at * latent);
          logWeights.set(of("logWeights"), at);
          averages[row + i]!.add(of("logWeights"), of("expected"), buffers.classes && of("classes"));
        }
      },
      {
        ...work,
        fillNoise({ index, out, width: own }, { first: row, rows }) {
          for (let i = 0; i < rows; i++) {
            const key = { seed, stream: "likelihood", step: indices[row + i]!, part: index } as const;
            random.fill(out.subarray(i * own, (i + 1) * own), key, (first * own) / size);
          }
        },
      },
    );
  }
  const values = new Float64Array(data.examples * width);
  for (const [row, average] of averages.entries())
    values.set(
      chooseClasses(model, average.mean, hasClasses(model) ? average.classes : undefined),
      row * width,
    );
  return {
    ...{ values, z, logWeights },
    effectiveSampleSize: Float64Array.from(averages, (each) => each.sum ** 2 / each.squares),
  };
}

function shapesOf(
  encoded: Readonly<Record<string, Float32Array>>,
  examples: number,
): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(encoded).map(([name, all]) => [name, [all.length / examples]]));
}

/** Weighted means of passes, each a mean by its own weights. Weights are multiples of the largest so far. */
class WeighedAverage {
  mean: Float64Array = new Float64Array(0);
  classes: Float64Array = new Float64Array(0);
  sum = 0;
  squares = 0;
  private largest = Number.NEGATIVE_INFINITY;

  add(logWeights: Float32Array, mean: Float32Array, classes: Float32Array | undefined): void {
    const largest = logWeights.reduce((most, each) => Math.max(most, each), this.largest);
    const shrink = this.sum === 0 ? 0 : Math.exp(this.largest - largest);
    let [sum, squares] = [0, 0];
    for (const each of logWeights) {
      const weight = Math.exp(each - largest);
      sum += weight;
      squares += weight * weight;
    }
    const total = this.sum * shrink + sum;
    this.mean = merged(this.mean, mean, (this.sum * shrink) / total, sum / total);
    if (classes) this.classes = merged(this.classes, classes, (this.sum * shrink) / total, sum / total);
    this.squares = this.squares * shrink * shrink + squares;
    this.sum = total;
    this.largest = largest;
  }
}

function merged(before: Float64Array, mean: Float32Array, share: number, own: number): Float64Array {
  return Float64Array.from(mean, (value, i) => (before.length > 0 ? before[i]! * share : 0) + value * own);
}

/** Latent points drawn by their weights, and what is known of the rows that they are of. */
function resampled(
  { z, logWeights }: WeighedRows,
  random: EvaluationNoise,
  { model, data, indices }: Block,
  { seed, draws }: { seed: number; draws: number },
): { z: Float32Array; x?: Float32Array; y?: Float32Array } {
  const { latent, likelihood, condition } = model;
  const samples = logWeights.length / data.examples;
  const chosen = new Float32Array(data.examples * draws * latent);
  for (const [row, index] of indices.entries()) {
    const own = logWeights.subarray(row * samples, (row + 1) * samples);
    const largest = own.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
    let total = 0;
    const cumulative = Float64Array.from(own, (each) => (total += Math.exp(each - largest)));
    const uniform = random.source({ seed, stream: "observation", step: index, part: 1 });
    for (let draw = 0; draw < draws; draw++) {
      const at = Math.min(samples - 1, firstAbove(cumulative, uniform() * total));
      const from = (row * samples + at) * latent;
      chosen.set(z.subarray(from, from + latent), (row * draws + draw) * latent);
    }
  }
  const readsRow = "librarySize" in likelihood && likelihood.librarySize === "observed";
  return {
    z: chosen,
    ...(readsRow && {
      x: repeated(exampleValues(data, { start: 0, end: data.examples }), data.examples, draws),
    }),
    ...(condition && { y: repeated(indicatorsOf(data, condition.classes!), data.examples, draws) }),
  };
}

function indicatorsOf(data: Dataset, classes: number): Float32Array {
  const indicators = new Float32Array(data.examples * classes);
  writeConditions(indicators, knownLabels(data));
  return indicators;
}

/** Each row as often as it is drawn. */
function repeated(rows: Float32Array, examples: number, times: number): Float32Array {
  const width = rows.length / examples;
  const all = new Float32Array(rows.length * times);
  for (let i = 0; i < examples * times; i++) {
    const row = Math.floor(i / times);
    all.set(rows.subarray(row * width, (row + 1) * width), i * width);
  }
  return all;
}

/** Index of the first number of an ascending list that is above another. */
function firstAbove(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
