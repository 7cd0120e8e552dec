import { type Dataset, exampleSize } from "../data/dataset.ts";
import { isDensity, type Likelihood, supportOf } from "../nn/distributions/likelihood.ts";

/**
 * Bits per dimension from nats per example.
 * @param levelsPerUnit for a density: how many levels of the stored values lie in one unit of what was modelled, so
 *   that the result is that of a level's probability instead of the density's (Theis, van den Oord & Bethge 2016, section 3.1)
 */
export function bitsPerDimension(nll: number, dimensions: number, levelsPerUnit = 1): number {
  return nll / (dimensions * Math.LN2) + Math.log2(levelsPerUnit);
}

/**
 * The same for 8-bit images, where it is what papers report: 8 for uniformly distributed values.
 * @param nll −ln p(x), nats per example
 * @returns undefined for other data, and for a likelihood that gives grey values no probability, such as a Bernoulli's
 */
export function imageBitsPerDimension(
  likelihood: Likelihood,
  data: Pick<Dataset, "storage" | "shape" | "divisor" | "schema">,
  nll: number,
): number | undefined {
  const isBytes = data.storage.type === "Uint8Array";
  const isImage = data.shape.length === 3 && isBytes && data.schema.kind !== "binary";
  if (!isImage) return undefined;
  if (isDensity(likelihood)) return bitsPerDimension(nll, exampleSize(data), data.divisor);
  return supportOf(likelihood).step === undefined ? undefined : bitsPerDimension(nll, exampleSize(data));
}
