import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { notNegative } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { PenaltyRule } from "../latent.ts";

const weights = {
  /** Weight of the covariances' squares (λ_od). */
  offDiagonal: notNegative.default(10),
  /** Weight of (variance − 1)² (λ_d). */
  diagonal: notNegative.default(100),
};
const first = z.strictObject({ type: z.literal("dip-1"), ...weights });
const second = z.strictObject({ type: z.literal("dip-2"), ...weights });

/** DIP-VAE I: the covariance of posterior means over the batch is pulled to I (Kumar et al. 2018, eq. 6). */
export const disentangledInferredPrior: PenaltyRule<z.output<typeof first>> = {
  type: "dip-1",
  settings: first,
  penalty: (chosen, { posterior }) =>
    penaltyOf(chosen, covarianceOf(posterior.mean), posterior.mean.shape[0]!),
};

/** DIP-VAE II: the covariance of z, which is that of the means and the mean variance (Kumar et al. 2018, eq. 7). */
export const disentangledInferredPriorOfDraws: PenaltyRule<z.output<typeof second>> = {
  type: "dip-2",
  settings: second,
  penalty: (chosen, { posterior: { mean, logVariance } }) => {
    if (!logVariance)
      throw new ConfigError(
        "penalty is dip-2 but the posterior has no variance of each dimension: use posterior normal, or penalty dip-1",
      );
    const variance = g.reduceMean(g.exp(logVariance), [0], true);
    return penaltyOf(
      chosen,
      g.add(covarianceOf(mean), g.mul(identity(mean.shape[1]!), variance)),
      mean.shape[0]!,
    );
  },
};

/** @param points [batch, latent] @returns [latent, latent] */
function covarianceOf(points: Tensor): Tensor {
  const deviation = g.sub(points, g.reduceMean(points, [0], true));
  return g.div(g.gemm(deviation, deviation, undefined, { transA: true }), points.shape[0]!);
}

function identity(size: number): Tensor {
  return g.constant(
    Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0)),
    [size, size],
  );
}

function penaltyOf(
  { offDiagonal, diagonal }: { offDiagonal: number; diagonal: number },
  covariance: Tensor,
  batch: number,
): Tensor {
  const unit = identity(covariance.shape[0]!);
  const excess = g.sub(covariance, unit);
  const weight = g.add(g.mul(unit, diagonal - offDiagonal), offDiagonal);
  return g.mul(g.reduceSum(g.mul(weight, g.mul(excess, excess))), batch);
}
