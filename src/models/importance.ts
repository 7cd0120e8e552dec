import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { inferLatent, type LatentInference, logLikelihoodOf } from "./inference.ts";
import type { Posterior } from "./networks.ts";

/**
 * ln w = ln p(x|z) + ln p(z) − ln q(z|x) of each sample z ~ q(z|x), whose log-mean-exp over samples estimates
 * ln p(x) (Burda, Grosse & Salakhutdinov 2016, eq. 8).
 * @param x [batch, values]
 * @param posterior q(z|x)
 * @returns [batch, samples], in nats
 */
export function importanceWeightsFrom(
  trace: Trace,
  model: ModelConfig,
  x: Tensor,
  posterior: Posterior,
  samples: number,
): Tensor {
  const latent = inferLatent(trace, model, posterior, samples);
  return g.add(logLikelihoodOf(trace, model, x, latent.z), logRatio(latent));
}

/**
 * ln p(z) − ln q(z|x) of each sample in nats, [batch, samples]: ½·Σ(ln σ² + ε² − z²), since the constants of the two
 * densities cancel. ln q is taken from the noise behind z, which is exact where the variance is tiny.
 */
export function logRatio({ posterior, epsilon, z }: LatentInference): Tensor {
  const excess = g.reduceSum(g.sub(g.mul(epsilon, epsilon), g.mul(z, z)), [-1]);
  return g.mul(g.add(excess, g.reduceSum(posterior.logVariance, [-1], true)), 0.5);
}
