import { type Dataset, exampleSize, exampleValues } from "../data/dataset.ts";
import { sizeOf } from "../graph/node.ts";
import type { ModelConfig } from "../models/config.ts";
import { logImportanceWeights } from "../models/importance.ts";
import type { Weights } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";
import { LogMeanExp } from "./log-mean-exp.ts";
import { EPSILON, EvaluationNoise } from "./noise.ts";
import { type LongWork, RowFunction } from "./row-function.ts";

export interface LikelihoodOptions extends LongWork {
  readonly seed: number;
  /** Importance samples k for each example. */
  readonly samples: number;
  /** Whether pixels become 0 or 1, once for each example and seed. */
  readonly binarize?: boolean;
}

/** Samples computed at once for one example: memory is bounded whatever k is. */
const SAMPLES_AT_ONCE = 50;
const CHUNK_ROWS = 20;

/**
 * The importance-sampled estimate of ln p(x) of each example (Burda et al. 2016, eq. 8): a lower bound in expectation,
 * which tightens as k grows. Streamed in log space, in float64.
 * @returns one value an example, in nats
 */
export async function logLikelihood(
  runtime: Runtime,
  model: ModelConfig,
  weights: Weights,
  data: Dataset,
  { seed, samples, binarize = false, ...work }: LikelihoodOptions,
): Promise<Float64Array> {
  const noise = await EvaluationNoise.create();
  const means = Array.from({ length: data.examples }, () => new LogMeanExp());
  const sizes = [SAMPLES_AT_ONCE, samples % SAMPLES_AT_ONCE].filter((size) => size > 0 && size <= samples);
  let done = 0;
  for (const size of sizes) {
    const from = size === SAMPLES_AT_ONCE ? 0 : samples - size;
    const to = size === SAMPLES_AT_ONCE ? samples - (samples % SAMPLES_AT_ONCE) : samples;
    const graph = await RowFunction.compile(
      runtime,
      weights,
      {
        inputs: { x: [sizeOf(model.inputShape)] },
        build: (trace, { x }) => ({ logWeights: logImportanceWeights(trace, model, x!, size) }),
      },
      { chunkRows: CHUNK_ROWS },
    );
    try {
      for (let sample = from; sample < to; sample += size) {
        await graph.run(
          data.examples,
          ({ first, rows, buffers }) => {
            buffers.x!.set(exampleValues(data, { start: first, end: first + rows }));
            if (binarize)
              noise.binarize(
                buffers.x!,
                { seed, stream: "evaluationBinarization" },
                first * exampleSize(data),
              );
            for (let row = 0; row < rows; row++) {
              const draws = buffers[EPSILON]!.subarray(
                row * size * model.latent,
                (row + 1) * size * model.latent,
              );
              const firstDraw = ((first + row) * samples + sample) * model.latent;
              noise.fill(draws, { seed, stream: "likelihood" }, firstDraw);
            }
          },
          ({ first, rows, buffers }) => {
            for (let row = 0; row < rows; row++)
              for (const weight of buffers.logWeights!.subarray(row * size, (row + 1) * size))
                means[first + row]!.add(weight);
            done += rows * size;
            work.onProgress?.(done, data.examples * samples);
          },
          work.signal ? { signal: work.signal } : {},
        );
      }
    } finally {
      await graph.dispose();
    }
  }
  return Float64Array.from(means, (mean) => mean.value);
}
