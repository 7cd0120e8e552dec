import * as z from "zod";
import * as g from "../../graph/build.ts";
import { klFromStandardNormal, standardNormalLogProb } from "../../nn/distributions/normal.ts";
import type { PriorRule } from "../latent.ts";

const settings = z.strictObject({ type: z.literal("standard-normal") });

/** N(0, I): the prior of Kingma & Welling (2014). */
export const standardNormal: PriorRule<z.output<typeof settings>> = {
  type: "standard-normal",
  title: "standard normal",
  settings,
  factorises: true,
  density: (_, { latent }) => ({
    logProb: standardNormalLogProb,
    noise: [{ name: "noise", distribution: "normal", shape: [latent] }],
    sample: ({ noise }) => noise!,
    kl: ({ mean, logVariance }) => logVariance && klFromStandardNormal({ mean, logVariance }),
    // ½·Σ(ln σ² + ε² − z²): the constants of the two densities cancel. ln q comes from the noise behind z, which is
    // exact where the variance is tiny.
    logRatio: ({ logVariance }, { z: point, noise }) => {
      if (!logVariance || !noise) return undefined;
      const excess = g.reduceSum(g.sub(g.mul(noise, noise), g.mul(point, point)), [-1]);
      return g.mul(g.add(excess, g.reduceSum(logVariance, [-1], true)), 0.5);
    },
  }),
  klOfNormal: (mean, logVariance) => 0.5 * (mean ** 2 + Math.exp(logVariance) - 1 - logVariance),
};
