import * as z from "zod";
import { notNegative } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { PenaltyRule } from "../latent.ts";

const settings = z.strictObject({
  type: z.literal("mmd"),
  weight: notNegative.default(10),
});

/** Widths of the kernels, as factors of 2·latent (Tolstikhin et al. 2018, appendix C.1, and their code). */
const SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10];

/**
 * MMD² between the batch's draws and the prior's, by inverse multiquadratic kernels C/(C + |a − b|²), unbiased
 * (Tolstikhin et al. 2018, algorithm 2). With `beta` 0 this is the WAE, with points a deterministic one; with another
 * `beta` the InfoVAE (Zhao et al. 2017).
 */
export const mmd: PenaltyRule<z.output<typeof settings>> = {
  type: "mmd",
  settings,
  penalty: ({ weight }, { point, drawPrior }) => {
    const [batch, latent] = point.shape as [number, number];
    const prior = drawPrior();
    const pairs = batch * (batch - 1);
    const others = g.constant(
      Array.from({ length: batch * batch }, (_, at) => (at % (batch + 1) === 0 ? 0 : 1)),
      [batch, batch],
    );
    const within = (a: Tensor) => g.div(g.reduceSum(g.mul(kernel(a, a, latent), others)), pairs);
    const across = g.mul(g.reduceMean(kernel(point, prior, latent)), 2);
    const squared = g.sub(g.add(within(point), within(prior)), across);
    return g.mul(squared, weight * batch);
  },
};

function kernel(a: Tensor, b: Tensor, latent: number): Tensor {
  const lengths = (x: Tensor) => g.reduceSum(g.mul(x, x), [1], true);
  const products = g.gemm(a, b, undefined, { transB: true });
  const sums = g.add(lengths(a), g.reshape(lengths(b), [1, b.shape[0]!]));
  const distance = g.max(g.sub(sums, g.mul(products, 2)), 0);
  return SCALES.map((scale) => 2 * latent * scale)
    .map((width) => g.div(width, g.add(distance, width)))
    .reduce((sum, each) => g.add(sum, each));
}
