import type { Dataset } from "../data/dataset.ts";
import { columnMoments } from "../data/moments.ts";
import { fillOf, type Missing } from "../models/missing.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";

/**
 * How a model takes missing values, with what it fills them with for the encoder, unless it knows that already.
 * @param likelihood with what it takes from the data
 * @param validation data on which the model is judged during training
 * @returns undefined when no values are missing and nobody asked that some may be
 */
export function fitMissing(
  missing: Missing | undefined,
  likelihood: Likelihood,
  data: Dataset,
  validation?: Dataset,
): Missing | undefined {
  const hasGaps = [data, validation].some((each) => each?.schema.missing !== undefined);
  const wanted = missing ?? (hasGaps ? { indicators: false } : undefined);
  if (!wanted || wanted.fill) return wanted;
  return { ...wanted, fill: fillOf(likelihood, columnMoments(data).mean) };
}
