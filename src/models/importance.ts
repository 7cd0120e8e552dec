import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { inferLatent, logLikelihoodOf, logRatio } from "./inference.ts";
import type { Posterior } from "./latent.ts";
import type { Observed } from "./observed.ts";

/**
 * ln w = ln p(x|z) + ln p(z) − ln q(z|x) of each sample z ~ q(z|x), whose log-mean-exp over samples estimates
 * ln p(x) (Burda, Grosse & Salakhutdinov 2016, eq. 8).
 * @param posterior q(z|x)
 * @returns [batch, samples], in nats
 */
export function importanceWeightsFrom(
  trace: Trace,
  model: ModelConfig,
  observed: Observed,
  posterior: Posterior,
  samples: number,
): Tensor {
  const latent = inferLatent(trace, model, posterior, samples, observed.y);
  return g.add(logLikelihoodOf(trace, model, observed, latent.z), logRatio(latent));
}
