import type { ModelConfig } from "../models/config.ts";
import { quantileOfSorted } from "../numerics/statistics.ts";

type Kind = Pick<ModelConfig, "likelihood">;

/** Whether a value is one of several classes or of two, so that its mean is no value it can have. */
export function isClass({ likelihood }: Kind, column: number): boolean {
  if (likelihood.type === "categorical") return true;
  if (likelihood.type !== "mixed") return false;
  const { kind } = likelihood.columns[column]!;
  return kind === "categorical" || kind === "binary";
}

/**
 * The single imputation of a row.
 * @param mean of each value
 * @param classes probabilities, [classes, values], where values are class indices
 * @returns means, and the likeliest class of each value that is one
 */
export function chooseClasses(
  model: Kind,
  mean: Float64Array,
  classes: Float64Array | undefined,
): Float64Array {
  const { likelihood } = model;
  const width = mean.length;
  if (likelihood.type === "categorical" && likelihood.encoding === "oneHot")
    return likeliestOfGroups(mean, likelihood.classes ?? 1);
  return mean.map((value, column) => {
    if (!isClass(model, column)) return value;
    if (!classes || (likelihood.type === "mixed" && likelihood.columns[column]!.kind === "binary"))
      return value > 0.5 ? 1 : 0;
    let best = 0;
    for (let index = 1; index < classes.length / width; index++)
      if (classes[index * width + column]! > classes[best * width + column]!) best = index;
    return best;
  });
}

/** Indicators, of which the likeliest of each group is 1. */
function likeliestOfGroups(probabilities: Float64Array, classes: number): Float64Array {
  const indicators = new Float64Array(probabilities.length);
  for (let start = 0; start < probabilities.length; start += classes) {
    const group = probabilities.subarray(start, start + classes);
    indicators[start + group.indexOf(Math.max(...group))] = 1;
  }
  return indicators;
}

/** What the draws of one value say of its uncertainty. */
export function spreadOfDraws(
  draws: Float32Array,
  single: number,
  isOfClass: boolean,
  interval: number,
): { deviation: number; low: number; high: number; share: number } {
  const { length } = draws;
  if (isOfClass) {
    const agreeing = draws.filter((each) => each === single).length;
    return { deviation: Number.NaN, low: Number.NaN, high: Number.NaN, share: agreeing / length };
  }
  const mean = draws.reduce((sum, each) => sum + each, 0) / length;
  const squares = draws.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const sorted = draws.toSorted();
  return {
    deviation: Math.sqrt(squares / Math.max(1, length - 1)),
    low: quantileOfSorted(sorted, (1 - interval) / 2),
    high: quantileOfSorted(sorted, (1 + interval) / 2),
    share: Number.NaN,
  };
}
