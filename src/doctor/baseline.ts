import { type Dataset, exampleSize, exampleValues, spread } from "../data/dataset.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import { columnsOf } from "./data-evidence.ts";

const JUDGED_ROWS = 2000;
/** Distance of probabilities from 0 and 1, so that columns that are constant in training may vary. */
const SMOOTHING = 1e-3;

/**
 * Mean ln p(x) of held-out rows, in nats, under a model that knows each column's mean, and variance where the likelihood
 * learns it, but not z: what a decoder reaches without a latent space. Undefined except for Bernoulli and Gaussian
 * likelihoods, and where values are missing.
 */
export function baselineOf(train: Dataset, heldOut: Dataset, likelihood: Likelihood): number | undefined {
  if (likelihood.type !== "bernoulli" && likelihood.type !== "gaussian") return undefined;
  if (train.schema.missing !== undefined || heldOut.schema.missing !== undefined) return undefined;
  const { mean, variance } = columnsOf(train);
  const values = exampleSize(train);
  const judged = spread(heldOut, JUDGED_ROWS);
  const { examples } = judged;
  const rows = exampleValues(judged, { start: 0, end: examples });
  const logProbability = columnLogProbability(mean, variance, likelihood);
  return rows.reduce((sum, x, at) => sum + logProbability(x, at % values), 0) / examples;
}

function columnLogProbability(
  mean: Float64Array,
  variance: Float64Array,
  likelihood: Extract<Likelihood, { type: "bernoulli" | "gaussian" }>,
): (x: number, column: number) => number {
  if (likelihood.type === "bernoulli")
    return (x, column) => {
      const p = Math.min(1 - SMOOTHING, Math.max(SMOOTHING, mean[column]!));
      return x * Math.log(p) + (1 - x) * Math.log1p(-p);
    };
  const pooled = variance.reduce((sum, each) => sum + each, 0) / variance.length;
  const isOne = likelihood.scale === "shared" || likelihood.scale === "calibrated";
  const varianceOf = (column: number) => {
    if (typeof likelihood.scale === "number") return likelihood.scale ** 2;
    return Math.max(SMOOTHING ** 2, isOne ? pooled : variance[column]!);
  };
  return (x, column) =>
    -0.5 * (Math.log(2 * Math.PI * varianceOf(column)) + (x - mean[column]!) ** 2 / varianceOf(column));
}
