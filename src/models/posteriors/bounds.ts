/**
 * Outputs of the encoder's head as they are where trained models have them, to the bit, and bounded or nearly so beyond:
 * what q(z|x) is made of stays finite for rows of any size, in training, evaluation and exported files alike.
 */

import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { ceiled, compress } from "../../nn/distributions/stable.ts";

/** Means beyond ±1000, which no trained model has for data like its own, grow like a logarithm. */
const FAR = 1e3;

/** Places in the latent space. */
export function boundedMean(raw: Tensor): Tensor {
  return compress(raw, FAR);
}

/**
 * ln σ² as it is from −20 to 8, and within (−40, 10) for rows of any size: an unbounded one makes the KL of an odd row
 * overflow, and hides how odd the row is.
 */
export function boundedLogVariance(raw: Tensor): Tensor {
  return between(raw, { least: -20, below: 20, most: 8, above: 2 });
}

/** Factors beyond ±100, with which a trained model moves no point. */
const LARGE = 100;

/** Factors of a linear map of the latent space, within ±200. */
export function boundedFactor(raw: Tensor): Tensor {
  return between(raw, { least: -LARGE, below: LARGE, most: LARGE, above: LARGE });
}

/** x from `least` to `most`, to the bit; outside, within `below` and `above` of them. */
function between(
  x: Tensor,
  { least, below, most, above }: Readonly<Record<"least" | "below" | "most" | "above", number>>,
): Tensor {
  return g.neg(ceiled(g.neg(ceiled(x, most, above)), -least, below));
}
