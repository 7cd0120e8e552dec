import { fromHalf } from "../../../src/explorer/half.ts";
import { GREATEST_LOG_VARIANCE, LEAST_LOG_VARIANCE, type Manifest } from "../../../src/explorer/manifest.ts";
import { type Sections, unpack } from "../../../src/explorer/pack.ts";
import { PlainFunction } from "../../../src/explorer/plain-function.ts";
import { readTensors } from "../../../src/explorer/tensors.ts";

/** Mean and ln σ² of q(z|x), [latent] each. */
interface Code {
  readonly mean: Float32Array;
  readonly logVariance: Float32Array | undefined;
}

/** Encodings of examples, and the examples. */
interface Points {
  readonly count: number;
  /** [count, latent] */
  readonly mean: Float32Array;
  /** [count, latent]; absent for a plain autoencoder. */
  readonly logVariance: Float32Array | undefined;
  /** −1 where not known. */
  readonly labels: Int32Array | undefined;
  /** [count, values], bytes over the range. */
  readonly inputs: Uint8Array;
}

/** A model that a page walks through: everything here answers within a frame. */
export interface Explorable {
  readonly info: Omit<Manifest, "decoder" | "encoder" | "points" | "format">;
  readonly points: Points;
  /** Latent dimensions, those with the most KL (of a plain autoencoder: variance) first. */
  readonly order: readonly number[];
  /** KL of each latent dimension in nats, by dimension; of a plain autoencoder, the variance. */
  readonly weights: Float64Array;
  /** The mean of p(x|z), in a buffer of its own. */
  decode(z: Float32Array): Float32Array;
  readonly encode: ((x: Float32Array) => Code) | undefined;
}

/** @throws {DataError} when the pack is damaged */
export function explorableOf(packed: Uint8Array): Explorable {
  const { manifest, sections } = unpack<Manifest>(packed);
  return fromSections(manifest, sections);
}

export function fromSections(manifest: Manifest, sections: Sections): Explorable {
  const { decoder, encoder, points: count, ...info } = manifest;
  const decoding = new PlainFunction(decoder, readTensors(sections, "decoder"));
  const encoding = encoder && new PlainFunction(encoder, readTensors(sections, "encoder"));
  const step = (GREATEST_LOG_VARIANCE - LEAST_LOG_VARIANCE) / 255;
  const points: Points = {
    count,
    mean: fromHalf(sections.mean as Uint16Array),
    logVariance:
      info.deterministic || !sections.logVariance
        ? undefined
        : Float32Array.from(sections.logVariance, (byte) => LEAST_LOG_VARIANCE + step * byte),
    labels: sections.labels as Int32Array | undefined,
    inputs: sections.inputs as Uint8Array,
  };
  const weights = dimensionWeights(points, info.latent);
  return {
    info,
    points,
    weights,
    order: Array.from(weights.keys()).sort((a, b) => weights[b]! - weights[a]!),
    decode: (z) => decoding.run({ z }).mean!.slice(),
    encode: encoding && ((x) => codeOf(encoding.run({ x }))),
  };
}

function codeOf({ mean, logVariance }: Readonly<Record<string, Float32Array>>): Code {
  return { mean: mean!.slice(), logVariance: logVariance?.slice() };
}

/** Mean KL of q(z|x) from N(0, 1) of each dimension; without variances, the variance of the means. */
function dimensionWeights({ count, mean, logVariance }: Points, latent: number): Float64Array {
  const weights = new Float64Array(latent);
  for (let d = 0; d < latent; d++) {
    let [sum, squares, kl] = [0, 0, 0];
    for (let at = d; at < mean.length; at += latent) {
      sum += mean[at]!;
      squares += mean[at]! ** 2;
      if (logVariance) kl += 0.5 * (mean[at]! ** 2 + Math.exp(logVariance[at]!) - 1 - logVariance[at]!);
    }
    weights[d] = logVariance ? kl / count : squares / count - (sum / count) ** 2;
  }
  return weights;
}

/** Values of an example, scaled. */
export function inputOf({ points, info: { range } }: Explorable, index: number): Float32Array {
  const size = points.inputs.length / points.count;
  const bytes = points.inputs.subarray(index * size, (index + 1) * size);
  return Float32Array.from(bytes, (byte) => range[0] + (byte * (range[1] - range[0])) / 255);
}

/** Posterior mean of an example. */
export function meanOf({ points, info: { latent } }: Explorable, index: number): Float32Array {
  return points.mean.slice(index * latent, (index + 1) * latent);
}

/** The nearest other points in the whole latent space, nearest first. */
export function neighboursOf(model: Explorable, index: number, count: number): number[] {
  const { latent } = model.info;
  const { mean } = model.points;
  const best: { index: number; distance: number }[] = [];
  for (let other = 0; other < model.points.count; other++) {
    if (other === index) continue;
    let distance = 0;
    for (let d = 0; d < latent; d++) distance += (mean[other * latent + d]! - mean[index * latent + d]!) ** 2;
    if (best.length === count && distance >= best[count - 1]!.distance) continue;
    best.push({ index: other, distance });
    best.sort((a, b) => a.distance - b.distance);
    if (best.length > count) best.pop();
  }
  return best.map((each) => each.index);
}
