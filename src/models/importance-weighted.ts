import { ConfigError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import { gradient } from "../graph/gradient.ts";
import type { Tensor } from "../graph/node.ts";
import { logSumExp } from "../nn/distributions/stable.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { inferLatent, klTerms, logLikelihoodOf, logRatio } from "./inference.ts";
import type { Posterior } from "./latent.ts";
import type { LossTerms } from "./loss-terms.ts";
import { encode, posteriorFrom } from "./networks.ts";
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

/**
 * The importance-weighted bound ln 1/k·Σ wᵢ (Burda, Grosse & Salakhutdinov 2016, eq. 8), differentiated as it stands.
 * A KL weight other than 1 takes ln p(z) − ln q(z|x) to that power in the weights.
 * @param beta scalar
 * @param samples k
 */
export function importanceWeighted(
  trace: Trace,
  model: ModelConfig,
  observed: Observed,
  beta: Tensor,
  samples: number,
): LossTerms {
  const latent = inferLatent(trace, model, encode(trace, model, observed), samples, observed.y);
  const logLikelihood = logLikelihoodOf(trace, model, observed, latent.z);
  const ratio = logRatio(latent);
  return {
    posterior: latent.posterior,
    latent,
    loss: g.neg(g.reduceSum(logMeanExp(g.add(logLikelihood, g.mul(beta, ratio))))),
    reconstruction: g.reduceMean(logLikelihood, [1]),
    kl: klTerms(latent),
    penalties: {},
    bound: logMeanExp(g.add(logLikelihood, ratio)),
    maximised: logMeanExp(g.add(logLikelihood, g.mul(beta, ratio))),
  };
}

/**
 * The same bound with the doubly reparameterised gradient (Tucker et al. 2019, eq. 8). With normalised weights w̃ᵢ the
 * decoder's parameters θ follow Σ w̃ᵢ·∂ln wᵢ/∂θ, as in {@link importanceWeighted}; the encoder's φ follow
 * Σ w̃ᵢ²·∂ln wᵢ/∂zᵢ·∂zᵢ/∂φ, which has the same expectation, without the score of q, whose mean is 0.
 *
 * The loss here is linear in the terms that are not held fixed, so its gradient is exact; its value has no meaning.
 */
export function doublyReparameterized(
  trace: Trace,
  model: ModelConfig,
  observed: Observed,
  beta: Tensor,
  samples: number,
): LossTerms {
  const latent = inferLatent(trace, model, encode(trace, model, observed), samples, observed.y);
  const { posterior } = latent;
  const z = g.stopGradient(latent.z);
  const logLikelihood = logLikelihoodOf(trace, model, observed, z);
  const [batch] = posterior.mean.shape as [number, number];
  const fixed = Object.entries(posterior.parameters).map(([name, each]) => [name, g.stopGradient(each)]);
  const q = posteriorFrom(trace, model, Object.fromEntries(fixed));
  if (!q.logProb)
    throw new ConfigError(
      "objective is dreg but the posterior gives no density of points held fixed: use objective iwae",
    );
  const ratio = g.sub(latent.prior.logProb(z), q.logProb(z));
  const logWeights = g.add(logLikelihood, g.mul(beta, ratio));

  const normalized = g.stopGradient(g.softmax(logWeights, 1));
  const decoderLoss = g.neg(g.reduceSum(g.mul(normalized, logWeights)));
  const [slope] = gradient(decoderLoss, [z]) as [Tensor];
  const weighted = g.stopGradient(g.mul(g.reshape(normalized, [batch, samples, 1]), slope));
  return {
    posterior,
    latent,
    loss: g.add(decoderLoss, g.reduceSum(g.mul(weighted, latent.z))),
    reconstruction: g.reduceMean(logLikelihood, [1]),
    kl: klTerms(latent),
    penalties: {},
    bound: logMeanExp(g.add(logLikelihood, logRatio(latent))),
    maximised: logMeanExp(g.add(logLikelihood, g.mul(beta, logRatio(latent)))),
  };
}

/** ln of the mean of eˣ over axis 1. @param x [batch, samples] @returns [batch] */
function logMeanExp(x: Tensor): Tensor {
  const [batch, samples] = x.shape as [number, number];
  return samples === 1 ? g.reshape(x, [batch]) : g.sub(logSumExp(x, 1), Math.log(samples));
}
