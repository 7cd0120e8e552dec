import * as z from "zod";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { normal, standardNormalLogProb } from "../../nn/distributions/normal.ts";
import type { LatentDraw, PosteriorRule } from "../latent.ts";
import { boundedLogVariance, boundedMean } from "./bounds.ts";

const settings = z.strictObject({ type: z.literal("normal") });

/** N(μ, σ²) with independent dimensions (Kingma & Welling 2014, appendix C.2): the head gives μ, then ln σ². */
export const diagonalNormal: PosteriorRule<z.output<typeof settings>> = {
  type: "normal",
  title: "N(mean, exp(log_variance)), independent dimensions",
  settings,
  hasDensity: true,
  isDiagonalNormal: true,
  parameters: {
    mean: "Mean of q(z|x), for each latent dimension",
    logVariance: "Natural logarithm of the variance of q(z|x), for each latent dimension",
  },
  units: (_, latent) => 2 * latent,
  split: (_, output, { latent }) => {
    const [mean, logVariance] = g.split(output, 1, [latent, latent]) as [Tensor, Tensor];
    return { mean: boundedMean(mean), logVariance: boundedLogVariance(logVariance) };
  },
  posterior: (_, parameters) => {
    const { mean, logVariance } = parameters as { mean: Tensor; logVariance: Tensor };
    const [batch, latent] = mean.shape as [number, number];
    const perSample = (tensor: Tensor) => g.reshape(tensor, [batch, 1, latent]);
    const overSamples = () => normal(perSample(mean), perSample(logVariance));
    return {
      mean,
      logVariance,
      parameters,
      noise: [latent],
      draw: (noise) => draw(noise!, mean, logVariance, overSamples),
      logProb: (point) => overSamples().logProb(point),
    };
  },
};

/** z = μ + σ·ε (the reparameterisation of Kingma & Welling 2014, section 2.4). @param noise ε, [batch, samples, latent] */
function draw(
  noise: Tensor,
  mean: Tensor,
  logVariance: Tensor,
  overSamples: () => ReturnType<typeof normal>,
): LatentDraw {
  // With one sample everything stays a matrix: the extra axis would only cost reshapes.
  const point =
    noise.shape[1] === 1
      ? g.reshape(normal(mean, logVariance).sample(g.reshape(noise, mean.shape)), noise.shape)
      : overSamples().sample(noise);
  // From the noise, which is exact where the variance is tiny.
  const logProb = g.sub(standardNormalLogProb(noise), g.mul(g.reduceSum(logVariance, [-1], true), 0.5));
  return { z: point, noise, logProb };
}
