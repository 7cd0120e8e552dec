import * as z from "zod";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";

/** How a model takes rows in which values are missing. Such a value is NaN, and does not count in the likelihood. */
export interface Missing {
  /** What the encoder is given instead, for each value of a row: its mean in the training data. Absent before training. */
  readonly fill?: readonly number[];
  /** Whether the encoder is also given 1 for each value that is there and 0 for each that is missing. */
  readonly indicators: boolean;
}

/** As it stands in a run's configuration. */
export const missingSchema = z.strictObject({
  fill: z.array(z.number()).readonly().exactOptional(),
  indicators: z.boolean(),
});

/** Class index of which no indicator is 1. */
const NO_CLASS = -1;

/**
 * What the encoder is given instead of missing values.
 * @param means of the observed values, value by value; NaN where none was observed
 */
export function fillOf(likelihood: Likelihood, means: Float64Array): number[] {
  const isClass = (column: number) =>
    likelihood.type === "mixed"
      ? likelihood.columns[column]?.kind === "categorical"
      : likelihood.type === "categorical" && likelihood.encoding === "index";
  return Array.from(means, (mean, column) =>
    isClass(column) ? NO_CLASS : Number.isNaN(mean) ? 0 : Math.fround(mean),
  );
}

/** Splits rows into what the encoder is given and a mask. @param x [batch, values], NaN where a value is missing */
export function withMask(x: Tensor, { fill = [0] }: Missing): { x: Tensor; mask: Tensor } {
  const gaps = g.notANumber(x);
  const alike = fill.every((each) => each === fill[0]);
  return { x: g.where(gaps, g.constant(alike ? fill[0]! : fill), x), mask: g.where(gaps, 0, g.constant(1)) };
}
