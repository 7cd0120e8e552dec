import { knownLabels, writeConditions } from "../data/conditions.ts";
import { type Dataset, exampleSize, exampleValues } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import { importanceWeightsFrom } from "../models/importance-weighted.ts";
import { posteriorFrom } from "../models/networks.ts";
import { modelInputs, observedFrom } from "../models/observed.ts";
import { type MeanWithError, meanWithError } from "../numerics/statistics.ts";
import { encodeRows, encoderGraph } from "./encoding.ts";
import { curveSamples, ImportanceEstimate } from "./importance-estimate.ts";
import type { KeptFunctions } from "./kept-functions.ts";
import { EvaluationNoise } from "./noise.ts";
import type { LongWork } from "./row-function.ts";

interface LikelihoodOptions extends LongWork {
  readonly seed: number;
  /** Importance samples k for each example. */
  readonly samples: number;
  /** Whether pixels become 0 or 1, once for each example and seed. */
  readonly binarize?: boolean;
}

/** The importance-sampled likelihood of some examples. */
export interface ImportanceSampling {
  /** Estimate of ln p(x) of each example, in nats: in expectation a lower bound, tighter with more samples. */
  readonly logLikelihood: Float64Array;
  /** Of each example: (Σ w)²/Σ w², from 1 to the number of samples. */
  readonly effectiveSampleSize: Float64Array;
  /** The mean bound with k samples, for k = 1, 5, 50, 500 … and all of them, from the same draws. */
  readonly curve: readonly CurvePoint[];
}

/** The importance-sampled bound by a number of samples. */
export interface CurvePoint extends MeanWithError {
  /** Importance samples k. */
  readonly samples: number;
  /** How much the mean rose since the point before, with the error of that difference. */
  readonly rise?: MeanWithError;
}

/**
 * Largest number of samples decoded at once, of one example or two, so that intermediate results stay near the cache.
 * Fewer for large examples, because a decoder may need many intermediate values per output.
 */
const SAMPLES_AT_ONCE = 1000;
const VALUES_AT_ONCE = 1e6;

/**
 * Estimates ln p(x) of each example by importance sampling from the posterior (Burda, Grosse & Salakhutdinov 2016,
 * eq. 8). Streamed in log space and in float64: memory does not grow with the number of samples. The draws of an
 * example depend on seed and index alone, and the first k do not depend on the total number.
 */
export async function importanceSampling(
  functions: KeptFunctions,
  model: ModelConfig,
  data: Dataset,
  { seed, samples, binarize = false, signal, onProgress }: LikelihoodOptions,
): Promise<ImportanceSampling> {
  const values = exampleSize(data);
  const noise = await EvaluationNoise.create();
  const readExample = (out: Float32Array, example: number) => {
    out.set(exampleValues(data, { start: example, end: example + 1 }));
    if (binarize) noise.binarize(out, { seed, stream: "evaluationBinarization" }, example * values);
  };

  const encoder = await functions.compiled("encoder", encoderGraph(model));
  const encoded = await encodeRows(
    encoder,
    data.examples,
    ({ first, rows, buffers }) => {
      if (buffers.y) writeConditions(buffers.y, knownLabels(data).subarray(first, first + rows));
      for (let row = 0; row < rows; row++)
        readExample(buffers.x!.subarray(row * values, (row + 1) * values), first + row);
    },
    signal ? { signal } : {},
  );
  const widths = Object.entries(encoded).map(([name, all]) => [name, all.length / data.examples] as const);
  const shapes = Object.fromEntries(widths.map(([name, width]) => [name, [width]]));

  const estimates = Array.from({ length: data.examples }, () => new ImportanceEstimate(samples));
  const atOnce = Math.min(SAMPLES_AT_ONCE, Math.ceil(VALUES_AT_ONCE / values));
  const rest = samples % atOnce;
  const blocks = (samples - rest) / atOnce;
  let done = 0;
  /** `count` rows of `size` samples for each example, after the first `skipped` samples. */
  const draw = async (size: number, count: number, skipped: number) => {
    if (size * count === 0) return;
    const weigh = await functions.compiled(
      `importance weights of ${size} samples`,
      {
        inputs: { ...modelInputs(model), ...shapes },
        build: (trace, tensors) => {
          const posterior = posteriorFrom(trace, model, tensors);
          return {
            logWeights: importanceWeightsFrom(trace, model, observedFrom(model, tensors), posterior, size),
          };
        },
      },
      { chunkRows: Math.max(2, Math.floor(atOnce / size)), frozen: true },
    );
    await weigh.run(
      data.examples * count,
      ({ first, rows, buffers }) => {
        for (let row = 0; row < rows; row++) {
          const example = Math.floor((first + row) / count);
          const own = (name: string, width: number) =>
            buffers[name]!.subarray(row * width, (row + 1) * width);
          readExample(own("x", values), example);
          if (buffers.y) writeConditions(own("y", buffers.y.length / rows), [data.labels![example]!]);
          for (const [name, width] of widths)
            own(name, width).set(encoded[name]!.subarray(example * width, (example + 1) * width));
        }
      },
      ({ first, rows, buffers }) => {
        for (let row = 0; row < rows; row++)
          estimates[Math.floor((first + row) / count)]!.add(
            buffers.logWeights!.subarray(row * size, (row + 1) * size),
          );
        done += rows * size;
        onProgress?.(done, data.examples * samples);
      },
      {
        ...(signal && { signal }),
        fillNoise({ index, out, width }, { first, rows }) {
          for (let row = 0; row < rows; row++) {
            const example = Math.floor((first + row) / count);
            const block = (first + row) % count;
            const key = { seed, stream: "likelihood", step: example, part: index } as const;
            const own = out.subarray(row * width, (row + 1) * width);
            noise.fill(own, key, ((skipped + block * size) * width) / size);
          }
        },
      },
    );
  };
  await draw(atOnce, blocks, 0);
  await draw(rest, 1, samples - rest);

  const logLikelihood = Float64Array.from(estimates, (estimate) => estimate.logLikelihood);
  return {
    logLikelihood,
    effectiveSampleSize: Float64Array.from(estimates, (estimate) => estimate.effectiveSampleSize),
    curve: curveOf(estimates, logLikelihood, samples),
  };
}

function curveOf(
  estimates: readonly ImportanceEstimate[],
  logLikelihood: Float64Array,
  samples: number,
): CurvePoint[] {
  const sizes = curveSamples(samples);
  const byExample = estimates.map((estimate) => estimate.curve);
  const points: { samples: number; bounds: Float64Array }[] = sizes.map((size, level) => ({
    samples: size,
    bounds: Float64Array.from(byExample, (curve) => curve[level]!),
  }));
  if (sizes.at(-1) !== samples) points.push({ samples, bounds: logLikelihood });
  return points.map(({ samples: size, bounds }, index) => {
    const before = points[index - 1]?.bounds;
    const rise = before && meanWithError(bounds.map((bound, example) => bound - before[example]!));
    return { samples: size, ...meanWithError(bounds), ...(rise && { rise }) };
  });
}
