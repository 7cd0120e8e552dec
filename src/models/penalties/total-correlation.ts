import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { notNegative } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import { logSumExp } from "../../nn/distributions/stable.ts";
import type { PenaltyRule } from "../latent.ts";

const settings = z.strictObject({
  type: z.literal("total-correlation"),
  /** β − 1 of the paper: the ELBO itself holds the total correlation once. */
  weight: notNegative.default(5),
});

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * β-TCVAE (Chen et al. 2018, eq. 4): KL(q(z) ‖ Πd q(zd)) of the aggregate posterior over the batch, q(z) as the mean of
 * q(z|xⱼ) over its examples. The paper's estimate differs by a constant, which has no gradient.
 */
export const totalCorrelation: PenaltyRule<z.output<typeof settings>> = {
  type: "total-correlation",
  settings,
  penalty: ({ weight }, { posterior, point }) => {
    const { mean, logVariance } = posterior;
    if (!logVariance)
      throw new ConfigError(
        "penalty is total-correlation but the posterior's dimensions are not independent: use posterior normal, or penalty mmd",
      );
    const [batch, latent] = mean.shape as [number, number];
    // ln q(zᵢ, d | xⱼ), [i, j, d].
    const deviation = g.sub(g.reshape(point, [batch, 1, latent]), g.reshape(mean, [1, batch, latent]));
    const scaled = g.mul(
      g.mul(deviation, deviation),
      g.reshape(g.exp(g.neg(logVariance)), [1, batch, latent]),
    );
    const logs = g.mul(g.add(g.add(scaled, g.reshape(logVariance, [1, batch, latent])), LOG_2_PI), -0.5);
    const joint = g.sub(logSumExp(g.reduceSum(logs, [2]), 1), Math.log(batch));
    const single = g.reduceSum(g.sub(logSumExp(logs, 1), Math.log(batch)), [1]);
    return g.mul(g.reduceSum(g.sub(joint, single)), weight);
  },
};
