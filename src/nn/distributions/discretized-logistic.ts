import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import { type Distribution, sumObserved, whereObserved } from "./distribution.ts";
import { headOutputs, type LearnedScale, outputsWithScale, rawLogScale } from "./scale.ts";
import { floored, softplus } from "./stable.ts";

/** Values are k/255 for k = 0 … 255. */
const STEPS = 255;
export const LEVEL_STEP = 1 / STEPS;
const HALF_LEVEL = LEVEL_STEP / 2;

/** σ of this is 1 in single precision: the open ends of the first and the last level. */
const OPEN_END = 100;
/** Uniform noise is kept this far from 0 and 1, so that its logit is finite. */
const NOISE_MARGIN = 2 ** -24;

/** Smallest ln s: e⁻⁷ for values in [−1, 1], as in PixelCNN++; here they lie in [0, 1], where scales are half as large. */
const LOG_SCALE_FLOOR = -7;

/** ln s above which the limits for large s hold in single precision, and s⁻¹ may underflow. */
const WIDE = 5;

/**
 * ln P(x) = ln σ(upper) + ln σ(−lower) + logWidth: the logistic distribution's mass between the edges of x's level.
 * The product of these three factors is σ(upper) − σ(lower) without cancellation, also in the tails and for large s.
 */
interface LogisticLevel {
  /** (x + half a level − μ)/s; the last level is open above. */
  readonly upper: Tensor;
  /** (x − half a level − μ)/s; the first level is open below. */
  readonly lower: Tensor;
  /** ln(1 − e^(lower − upper)); 0 for the first and the last level. */
  readonly logWidth: Tensor;
}

function logisticLevel(x: Tensor, location: Tensor, logScale: Tensor): LogisticLevel {
  const inverse = g.exp(g.neg(logScale));
  const centred = g.sub(x, location);
  const isFirst = g.less(x, HALF_LEVEL);
  const isLast = g.greater(x, 1 - HALF_LEVEL);
  // 1 − e^(−2w) = 2t/(1 + t) with t = tanh w keeps its precision where w is tiny, until w underflows: there its
  // logarithm is ln 2w − w.
  const isWide = g.greater(logScale, WIDE);
  const halfWidth = g.mul(inverse, HALF_LEVEL);
  const t = g.tanh(g.where(isWide, 1, halfWidth));
  const logWidth = g.where(
    isWide,
    g.sub(g.sub(Math.log(LEVEL_STEP), logScale), halfWidth),
    g.log(g.div(g.mul(t, 2), g.add(t, 1))),
  );
  return {
    upper: g.where(isLast, OPEN_END, g.mul(g.add(centred, HALF_LEVEL), inverse)),
    lower: g.where(isFirst, -OPEN_END, g.mul(g.sub(centred, HALF_LEVEL), inverse)),
    logWidth: g.where(g.or(isFirst, isLast), 0, logWidth),
  };
}

/** ln P(x) of each value. */
export function logisticLogProbability(x: Tensor, location: Tensor, logScale: Tensor): Tensor {
  const { upper, lower, logWidth } = logisticLevel(x, location, logScale);
  return g.sub(g.sub(logWidth, softplus(g.neg(upper))), softplus(lower));
}

/**
 * The mean of a logistic variable confined to [0, 1]: s·(softplus(μ/s) − softplus((μ − 1)/s)), which is the mean of
 * σ from (μ − 1)/s to μ/s. The discretised one's differs by at most half a level, and by less than 1e-4 of one where s is
 * a level or more.
 */
export function confinedMean(location: Tensor, logScale: Tensor): Tensor {
  const inverse = g.exp(g.neg(logScale));
  const above = softplus(g.mul(location, inverse));
  const below = softplus(g.mul(g.sub(location, 1), inverse));
  const confined = g.mul(g.exp(g.min(logScale, WIDE)), g.sub(above, below));
  // The difference cancels when the two are close; σ is then linear between them to single precision.
  const midpoint = g.sigmoid(g.mul(g.sub(location, 0.5), inverse));
  return g.where(g.greater(logScale, WIDE), midpoint, confined);
}

/** A logistic variable from uniform noise, rounded to the levels: μ + s·ln(u/(1 − u)). */
export function logisticSample(location: Tensor, logScale: Tensor, uniform: Tensor): Tensor {
  const inside = g.min(g.max(uniform, NOISE_MARGIN), 1 - NOISE_MARGIN);
  const logit = g.sub(g.log(inside), g.log(g.sub(1, inside)));
  return nearestLevel(g.add(location, g.mul(g.exp(logScale), logit)));
}

/** The level nearest to each number; the first or the last for those outside [0, 1]. */
export function nearestLevel(x: Tensor): Tensor {
  const confined = g.min(g.max(x, 0), 1);
  // A conversion to integers drops the fraction.
  const index = g.cast(g.add(g.mul(confined, STEPS), 0.5), "int64");
  return g.div(g.cast(index, "float32"), STEPS);
}

/** The most likely of several levels, for each value. */
export function likeliest(candidates: readonly Tensor[], logProbability: (x: Tensor) => Tensor): Tensor {
  const [first, ...others] = candidates.map((level) => ({ level, score: logProbability(level) }));
  return others.reduce((best, each) => {
    const better = g.greater(each.score, best.score);
    return {
      level: g.where(better, each.level, best.level),
      score: g.where(better, each.score, best.score),
    };
  }, first!).level;
}

/**
 * Independent variables on the 256 levels k/255 of 8-bit images: a logistic distribution's mass between the edges of
 * each level, the first and the last taking the tails (Salimans et al. 2017, eq. 2).
 * @param location μ, for values in [0, 1]
 * @param logScale ln s, broadcast against the location
 */
export function discretizedLogistic(location: Tensor, logScale: Tensor): Distribution {
  const everywhere = (level: number) => g.constant(level, location.shape);
  return {
    logProb: (x, mask) => {
      const level = logisticLevel(x, location, logScale);
      const upper = whereObserved(level.upper, mask, OPEN_END);
      const lower = whereObserved(level.lower, mask, -OPEN_END);
      const tails = g.add(g.sumSoftplus(g.neg(upper)), g.sumSoftplus(lower));
      return g.sub(sumObserved(level.logWidth, mask), tails);
    },
    mean: confinedMean(location, logScale),
    mode: likeliest([everywhere(0), nearestLevel(location), everywhere(1)], (x) =>
      logisticLogProbability(x, location, logScale),
    ),
    noise: { distribution: "uniform", shape: location.shape },
    sample: (uniform) => logisticSample(location, logScale, uniform),
    parameters: { location, logScale },
  };
}

/** Raw outputs of order 1 as locations: they cover [0, 1]. */
export function locationFrom(raw: Tensor, centre: number): Tensor {
  return g.add(g.mul(raw, 0.5), centre);
}

/** Raw outputs of order 1 as ln s, of values in [0, 1]. */
export function logScaleFrom(raw: Tensor): Tensor {
  return g.sub(floored(raw, LOG_SCALE_FLOOR), Math.LN2);
}

/** Means at the ends would be infinitely far out. */
const MEAN_MARGIN = 1e-3;

/** s of a raw output of 0. */
const SCALE_AT_FIRST = Math.exp(Math.log1p(Math.exp(-LOG_SCALE_FLOOR)) + LOG_SCALE_FLOOR - Math.LN2);

/** {@link confinedMean} at the scale of a raw output of 0, in double precision. */
export function meanAtFirst(location: number): number {
  const above = Math.log1p(Math.exp(location / SCALE_AT_FIRST));
  return SCALE_AT_FIRST * (above - Math.log1p(Math.exp((location - 1) / SCALE_AT_FIRST)));
}

/** The raw location whose distribution has this mean, for means from 0.001 to 0.999, at the scale of a raw output of 0. */
export function rawLocationOfMean(mean: number): number {
  const kept = Math.min(Math.max(mean, MEAN_MARGIN), 1 - MEAN_MARGIN);
  // m = s·ln((1 + t)/(1 + t·e^(−1/s))) with t = e^(μ/s)
  const t = Math.expm1(kept / SCALE_AT_FIRST) / -Math.expm1((kept - 1) / SCALE_AT_FIRST);
  return (SCALE_AT_FIRST * Math.log(t) - 0.5) / 0.5;
}

/** @param output the raw location, followed by the raw ln s if the scale is `decoder` */
export function discretizedLogisticLikelihood(
  scope: Scope,
  output: Tensor,
  scale: LearnedScale,
): Distribution {
  const [location, raw] = headOutputs(output, outputsWithScale(scale)) as [Tensor, Tensor | undefined];
  const spread = rawLogScale(scope, scale, location.shape.at(-1)!, raw);
  return discretizedLogistic(locationFrom(location, 0.5), logScaleFrom(spread));
}
