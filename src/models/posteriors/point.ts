import * as z from "zod";
import * as g from "../../graph/build.ts";
import type { PosteriorRule } from "../latent.ts";
import { boundedMean } from "./bounds.ts";

const settings = z.strictObject({ type: z.literal("point") });

/** z is the encoder's output itself: a plain autoencoder, without noise and without a KL term. */
export const point: PosteriorRule<z.output<typeof settings>> = {
  type: "point",
  title: "N(mean, exp(log_variance)), independent dimensions",
  settings,
  hasDensity: false,
  isDiagonalNormal: false,
  parameters: {
    mean: "Mean of q(z|x), for each latent dimension",
    logVariance: "Natural logarithm of the variance of q(z|x), for each latent dimension",
  },
  units: (_, latent) => latent,
  split: (_, output) => {
    const mean = boundedMean(output);
    return { mean, logVariance: g.constant(Number.NEGATIVE_INFINITY, mean.shape) };
  },
  posterior: (_, parameters) => {
    const mean = parameters.mean!;
    const [batch, latent] = mean.shape as [number, number];
    return {
      mean,
      parameters,
      draw: (_noise, samples) => ({
        z: g.expand(g.reshape(mean, [batch, 1, latent]), [batch, samples, latent]),
      }),
    };
  },
};
