import * as g from "../../graph/build.ts";
import { sizeOf, type Tensor } from "../../graph/node.ts";
import { zeros } from "../initializers.ts";
import type { Scope } from "../scope.ts";
import { ceiled, floored } from "./stable.ts";

/**
 * Source of the spread around the decoder's output, as data:
 * a number (fixed), `shared` (one learned for all values), `perDimension` (one learned for each value of a row),
 * or `decoder` (a second output of the decoder for each value).
 */
export type LearnedScale = "shared" | "perDimension" | "decoder";
/** `calibrated`: the optimal spread in closed form (Rybkin, Daniilidis & Levine 2021). */
export type Scale = number | LearnedScale | "calibrated";

export const LEARNED_SCALES = [
  "shared",
  "perDimension",
  "decoder",
] as const satisfies readonly LearnedScale[];

/**
 * Lower bound e⁻⁶ ≈ 0.0025 of a value's scale: for a constant value the scale would go to 0 and the density to
 * infinity. The floor is that of Rybkin et al. 2021.
 */
const LOG_FLOOR = -6;

/** A decoded ln of a scale bends from here on and stays below twice this: its square and its inverse are finite. */
const LOG_MOST = 14;

export function outputsWithScale(scale: Scale): number {
  return scale === "decoder" ? 2 : 1;
}

/** The parts of a head's output: one for each parameter of the distribution, [...rows, values]. */
export function headOutputs(output: Tensor, count: number): Tensor[] {
  const values = output.shape.at(-1)! / count;
  return g.split(output, output.shape.length - 1, Array<number>(count).fill(values));
}

/**
 * ln of a scale that is fixed or learned; a learned one is the parameter `log_scale`, from 0.
 * @param values of a row
 * @param raw the decoder's output for the scale
 */
export function logScale(
  scope: Scope,
  scale: number | LearnedScale,
  values: number,
  raw: Tensor | undefined,
): Tensor {
  if (typeof scale === "number") return g.constant(Math.log(scale));
  const learned = rawLogScale(scope, scale, values, raw);
  if (scale === "shared") return learned;
  const above = floored(learned, LOG_FLOOR);
  if (scale !== "decoder") return above;
  // In training a plain limit: a smooth one changed the last bits of trained weights, although no value met it.
  return scope.training ? g.min(above, 2 * LOG_MOST) : ceiled(above, LOG_MOST, LOG_MOST);
}

/** Deviations of values that never vary have no logarithm. */
const LEAST_ABOVE_FLOOR = 0.01;

/**
 * The parameter `log_scale` at which {@link logScale} gives these deviations: of all values, the mean of their squares.
 * @param deviations of each value of a row
 */
export function rawLogScales(scale: "shared" | "perDimension", deviations: Float64Array): Float64Array {
  if (scale === "shared") {
    const squares = deviations.reduce((sum, each) => sum + each ** 2, 0) / deviations.length;
    return Float64Array.of(Math.max(Math.log(Math.sqrt(squares)), LOG_FLOOR));
  }
  return deviations.map((deviation) => {
    const above = Math.max(Math.log(deviation) - LOG_FLOOR, LEAST_ABOVE_FLOOR);
    // The inverse of softplus.
    return LOG_FLOOR + above + Math.log(-Math.expm1(-above));
  });
}

/** The same without a floor, for likelihoods with a different floor. */
export function rawLogScale(
  scope: Scope,
  scale: LearnedScale,
  values: number,
  raw: Tensor | undefined,
): Tensor {
  if (scale === "decoder") return raw!;
  return scope.parameter("log_scale", scale === "shared" ? [1] : [values], zeros, { decay: false });
}

/** Decay of the running error per step: an average over about 100 batches. */
const MOMENTUM = 0.99;
/** Weight of the running error's initial value, 1. */
const WEIGHT_AT_FIRST = 1e-6;

/**
 * The mean error of the decoder's output over a batch, which is the optimal scale for that batch. Training uses the
 * batch's own, without gradient: at the optimum the ELBO's derivative with respect to the scale is 0. (For
 * importance-weighted bounds this is approximate: their optimal scale weights the samples.) Evaluation uses the
 * running mean from training.
 * @param error of each value; absent if the data are not known
 * @param mask of the values that were observed, which alone count; absent: all were
 * @returns []
 */
export function calibratedError(scope: Scope, error: Tensor | undefined, mask?: Tensor): Tensor {
  const sum = scope.state("running_error", [], WEIGHT_AT_FIRST);
  const weight = scope.state("running_weight", [], WEIGHT_AT_FIRST);
  if (!scope.training || !error) return g.div(sum, weight);
  const current = g.stopGradient(mask ? meanOfObserved(error, mask) : g.reduceMean(error));
  scope.updateState("running_error", g.add(g.mul(sum, MOMENTUM), g.mul(current, 1 - MOMENTUM)));
  scope.updateState("running_weight", g.add(g.mul(weight, MOMENTUM), 1 - MOMENTUM));
  return current;
}

/** @param mask broadcasts against the values */
function meanOfObserved(values: Tensor, mask: Tensor): Tensor {
  const repeats = sizeOf(values.shape) / sizeOf(mask.shape);
  return g.div(g.reduceSum(g.mul(values, mask)), g.max(g.mul(g.reduceSum(mask), repeats), 1));
}

/** Smallest calibrated scale, for data that the decoder reproduces exactly. */
export const SCALE_FLOOR = Math.exp(LOG_FLOOR);
