import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { notNegative } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import { gradient } from "../../graph/gradient.ts";
import type { Tensor } from "../../graph/node.ts";
import type { PenaltyRule } from "../latent.ts";

const settings = z.strictObject({
  type: z.literal("rae"),
  /** Weight of ½·|z|². */
  weight: notNegative.default(0.1),
  /** What keeps the decoder smooth: the square of its Jacobian, or of its weights. */
  smooth: z.enum(["gradient", "l2"], { error: "gradient or l2" }).default("gradient"),
  /** Weight of that square, halved. */
  smoothness: notNegative.default(0.01),
});

/**
 * Regularised autoencoder (Ghosh et al. 2020, eq. 11): codes are kept near 0, and the decoder is kept smooth, by the square
 * of its Jacobian (RAE-GP) or by that of its weights (RAE-L2). |J|² is estimated by |Jᵀv|² of one normal vector v for each
 * example (Hutchinson 1990), which is unbiased.
 */
export const regularizedAutoencoder: PenaltyRule<z.output<typeof settings>> = {
  type: "rae",
  settings,
  penalty: ({ weight, smooth, smoothness }, { point, isCertain, decode, decoderWeights, noise }) => {
    if (!isCertain)
      throw new ConfigError(
        "penalty is rae but z is drawn, which keeps the decoder smooth already: use posterior point",
      );
    const codes = g.mul(squaresOf(point), 0.5 * weight);
    const batch = point.shape[0]!;
    if (smooth === "l2") {
      const weights = decoderWeights().map(squaresOf);
      const sum = weights.reduce((a, b) => g.add(a, b));
      return g.add(codes, g.mul(sum, 0.5 * smoothness * batch));
    }
    const mean = decode(point);
    const [slope] = gradient(g.reduceSum(g.mul(mean, noise("jacobian", mean.shape))), [point]) as [Tensor];
    return g.add(codes, g.mul(squaresOf(slope), 0.5 * smoothness));
  },
};

function squaresOf(x: Tensor): Tensor {
  return g.reduceSum(g.mul(x, x));
}
