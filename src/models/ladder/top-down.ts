import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { zeros } from "../../nn/initializers.ts";
import type { PosteriorContext } from "../latent.ts";
import { boundedLogVariance, boundedMean } from "../posteriors/bounds.ts";
import { type LadderSettings, ladderOf, linear, residual, resized } from "./blocks.ts";

/** What fixes z: the points themselves, noise for the prior, or the path up, at its means or with noise. */
type Given =
  | { readonly z: Tensor }
  | { readonly noise: Tensor }
  | { readonly center: Tensor; readonly baseLogVariance: Tensor; readonly noise?: Tensor };

/** A pass down through all layers. */
interface Pass {
  /** The layer next to the data first, [rows, latent]. */
  readonly z: Tensor;
  /** What the decoder reads: [rows, hidden], or [rows, height, width, hidden]. */
  readonly features: Tensor;
  /** ln p of each layer given those above, [rows, layers], the layer next to the data first. */
  readonly logPrior: Tensor;
  /** The same of q, and KL(q ‖ p) of each layer given those above, where the path up is known. */
  readonly logPosterior?: Tensor;
  readonly kl?: Tensor;
}

/** Passes by the z that they made, so that prior and decoder do not go down again for the same z. */
const known = new WeakMap<Tensor, Pass>();

/** @param given each [rows, latent], or with further axes before the last */
export function topDown(context: PosteriorContext, chosen: LadderSettings, given: Given): Pass {
  if ("z" in given) {
    const pass = known.get(origin(given.z));
    if (pass) return pass;
  }
  const pass = passDown(context, chosen, given);
  known.set(origin(pass.z), pass);
  return pass;
}

/** The tensor that was reshaped. */
function origin(tensor: Tensor): Tensor {
  return tensor.operator === "Reshape" ? origin(tensor.inputs[0]!) : tensor;
}

const LOG_2_PI = Math.log(2 * Math.PI);

function passDown({ scope, latent, encoded }: PosteriorContext, chosen: LadderSettings, given: Given): Pass {
  const layers = ladderOf(chosen, encoded);
  const down = scope.child("down");
  const first = "z" in given ? given.z : "center" in given ? given.center : given.noise;
  const rows = first.shape.slice(0, -1).reduce((product, each) => product * each, 1);
  const sizes = layers.map(({ size }) => size);
  const byLayer = (x: Tensor) => g.split(g.reshape(x, [rows, latent]), 1, sizes);
  const points = "z" in given ? byLayer(given.z) : undefined;
  const noises = "noise" in given && given.noise ? byLayer(given.noise) : undefined;
  const centers = "center" in given ? byLayer(given.center) : undefined;
  const variances = "center" in given ? byLayer(given.baseLogVariance) : undefined;

  const top = layers.at(-1)!;
  const start = down.parameter("start", [...top.places, chosen.hidden], zeros, { decay: false });
  let at: Tensor = g.expand(g.reshape(start, [1, ...top.places, chosen.hidden]), [
    rows,
    ...top.places,
    chosen.hidden,
  ]);
  const z: Tensor[] = [];
  const logPrior: Tensor[] = [];
  const logPosterior: Tensor[] = [];
  const kl: Tensor[] = [];
  for (let index = layers.length - 1; index >= 0; index--) {
    const { places, features, size } = layers[index]!;
    const own = down.child(index + 1);
    at = resized(own.child("grown"), at, places);
    const isTop = index === layers.length - 1;
    for (let block = 0; block < chosen.blocks && !isTop; block++) at = residual(own.child(block), at);
    const prior = isTop
      ? { mean: g.constant(0, [rows, size]), logVariance: g.constant(0, [rows, size]) }
      : normalOf(linear(own.child("normal"), g.elu(at), 2 * features), features, size);
    const q = centers && combined(prior, { mean: centers[index]!, logVariance: variances![index]! });
    const source = q ?? prior;
    const noise = noises?.[index];
    const point =
      points?.[index] ??
      (noise ? g.add(source.mean, g.mul(g.exp(g.mul(source.logVariance, 0.5)), noise)) : source.mean);
    z.unshift(point);
    logPrior.unshift(logProb(prior, point));
    if (q && noise) {
      const density = g.add(g.add(g.mul(noise, noise), q.logVariance), LOG_2_PI);
      logPosterior.unshift(g.mul(g.reduceSum(density, [1], true), -0.5));
      kl.unshift(divergence(q, prior));
    }
    const told = linear(own.child("told"), g.reshape(point, [rows, ...places, features]), chosen.hidden);
    at = g.add(at, told);
  }
  for (let block = 0; block < chosen.blocks; block++) at = residual(down.child("last").child(block), at);
  const axes = encoded.slice(0, -1);
  return {
    z: g.concat(z, 1),
    features: g.reshape(g.elu(at), [rows, ...axes, chosen.hidden]),
    logPrior: g.concat(logPrior, 1),
    ...(kl.length > 0 && { logPosterior: g.concat(logPosterior, 1), kl: g.concat(kl, 1) }),
  };
}

/** A normal distribution with independent dimensions, [rows, size] each. */
interface Normal {
  readonly mean: Tensor;
  readonly logVariance: Tensor;
}

function normalOf(both: Tensor, features: number, size: number): Normal {
  const rows = both.shape[0]!;
  const [mean, logVariance] = g.split(both, 3, [features, features]) as [Tensor, Tensor];
  return {
    mean: boundedMean(g.reshape(mean, [rows, size])),
    logVariance: boundedLogVariance(g.reshape(logVariance, [rows, size])),
  };
}

/** The normalised product of two normal densities: precisions add (Sønderby et al. 2016, eq. 13 to 15). */
function combined(a: Normal, b: Normal): Normal {
  const [first, second] = [g.exp(g.neg(a.logVariance)), g.exp(g.neg(b.logVariance))];
  const precision = g.add(first, second);
  const mean = g.div(g.add(g.mul(a.mean, first), g.mul(b.mean, second)), precision);
  return { mean, logVariance: g.neg(g.log(precision)) };
}

/** [rows, 1] */
function logProb({ mean, logVariance }: Normal, point: Tensor): Tensor {
  const deviation = g.sub(point, mean);
  const squares = g.mul(g.mul(deviation, deviation), g.exp(g.neg(logVariance)));
  return g.mul(g.reduceSum(g.add(g.add(squares, logVariance), LOG_2_PI), [1], true), -0.5);
}

/** KL(q ‖ p), [rows, 1] */
function divergence(q: Normal, p: Normal): Tensor {
  const deviation = g.sub(q.mean, p.mean);
  const variance = g.add(g.exp(q.logVariance), g.mul(deviation, deviation));
  const ratio = g.mul(variance, g.exp(g.neg(p.logVariance)));
  return g.mul(g.reduceSum(g.sub(g.add(g.sub(ratio, 1), p.logVariance), q.logVariance), [1], true), 0.5);
}
