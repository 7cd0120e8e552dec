import { type Dataset, exampleSize } from "../data/dataset.ts";
import { encodeRows, encoderGraph, writeObserved } from "../evaluate/encoding.ts";
import type { KeptFunctions } from "../evaluate/kept-functions.ts";
import { type LongWork, writeRows } from "../evaluate/row-function.ts";
import type { ModelConfig } from "../models/config.ts";
import { decode } from "../models/networks.ts";
import { decoderInputs } from "../models/observed.ts";

/** q(z|x) of each example. @returns mean and ln σ², each [examples, latent]; empty where the family has none */
export async function encodeExamples(
  functions: KeptFunctions,
  model: ModelConfig,
  data: Dataset,
  work: LongWork,
): Promise<{ mean: Float32Array; logVariance: Float32Array }> {
  const encoder = await functions.compiled("encoder", encoderGraph(model));
  const encoded = await encodeRows(encoder, data.examples, (chunk) => writeObserved(data, chunk), work);
  const { mean = new Float32Array(0), logVariance = new Float32Array(0) } = encoded;
  return { mean, logVariance };
}

/** The mean of p(x|z). @param z [points, latent] @param y conditions, [points, …] @returns [points, values] */
export async function decodePoints(
  functions: KeptFunctions,
  model: ModelConfig,
  z: Float32Array,
  y: Float32Array | undefined,
  work: LongWork,
): Promise<Float32Array> {
  const { latent, inputShape } = model;
  const values = exampleSize({ shape: inputShape });
  const decoder = await functions.compiled("decoder", {
    inputs: decoderInputs(model),
    build: (trace, tensors) => ({ mean: decode(trace, model, tensors.z!, undefined, tensors.y).mean }),
  });
  const points = z.length / latent;
  const means = new Float32Array(points * values);
  await decoder.run(
    points,
    (chunk) => writeRows(chunk, { z, y }, points),
    ({ first, buffers }) => means.set(buffers.mean!, first * values),
    work,
  );
  return means;
}
