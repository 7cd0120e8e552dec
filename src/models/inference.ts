import { ConfigError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import type { LatentInference, Posterior } from "./latent.ts";
import type { KlTerms } from "./loss-terms.ts";
import { decode, encode, priorDensity } from "./networks.ts";
import type { Observed } from "./observed.ts";

/** The result of one pass through the model. */
interface Inference extends LatentInference {
  /** ln p(x|z) of each example and sample in nats, [batch, samples]. */
  readonly logLikelihood: Tensor;
}

/** Draws z from each example's posterior. @param samples draws an example @param y conditions, [batch, conditions] */
export function inferLatent(
  trace: Trace,
  model: ModelConfig,
  posterior: Posterior,
  samples: number,
  y?: Tensor,
): LatentInference {
  const [batch] = posterior.mean.shape as [number, number];
  const noise =
    posterior.noise && trace.scope("latent").normalNoise("epsilon", [batch, samples, ...posterior.noise]);
  const draw = posterior.draw(noise, samples);
  return { posterior, prior: priorDensity(trace, model, y), draw, z: draw.z };
}

/** ln p(z) − ln q(z|x) of each draw in nats, [batch, samples]. @throws {ConfigError} where q has no density */
export function logRatio({ posterior, prior, draw }: LatentInference): Tensor {
  if (!draw.logProb)
    throw new ConfigError("points have no density to weigh draws with: use a posterior that has one");
  return prior.logRatio?.(posterior, draw) ?? g.sub(prior.logProb(draw.z), draw.logProb);
}

/**
 * KL(q(z|x) ‖ p(z)) of each example in nats: in closed form where the prior has one, otherwise the mean of
 * ln q − ln p over the draws; 0 where q is a point.
 */
export function klTerms(latent: LatentInference): KlTerms {
  const { posterior, prior, draw } = latent;
  if (!draw.logProb) return { dimensions: g.constant(0, posterior.mean.shape) };
  if (draw.kl) return { joint: g.reduceMean(draw.kl, [1]) };
  if (draw.klOfLayers) return { layers: g.reduceMean(draw.klOfLayers, [1]) };
  const dimensions = prior.kl?.(posterior);
  return dimensions ? { dimensions } : { joint: g.neg(g.reduceMean(logRatio(latent), [1])) };
}

/**
 * @param z [batch, samples, latent]
 * @returns ln p(x|z) in nats, of the observed values, [batch, samples]
 */
export function logLikelihoodOf(trace: Trace, model: ModelConfig, observed: Observed, z: Tensor): Tensor {
  return likelihoodAt(trace, model, observed, z).logLikelihood;
}

/**
 * The same with p(x|z) itself, whose rows are [batch, values] where there is one sample, otherwise
 * [batch, samples, values].
 */
export function likelihoodAt(
  trace: Trace,
  model: ModelConfig,
  { x, y, mask }: Observed,
  z: Tensor,
): { likelihood: ReturnType<typeof decode>; logLikelihood: Tensor } {
  const [batch, samples, latent] = z.shape as [number, number, number];
  const [, values] = x.shape as [number, number];
  // With one sample everything stays a matrix; with more, x broadcasts over the samples and is not repeated.
  const single = samples === 1;
  const fitting = (rows: Tensor) => (single ? rows : g.reshape(rows, [batch, 1, values]));
  const rows = { x: fitting(x), ...(mask && { mask: fitting(mask) }) };
  const likelihood = decode(trace, model, single ? g.reshape(z, [batch, latent]) : z, rows, y);
  const logLikelihood = likelihood.logProb(rows.x, rows.mask);
  return { likelihood, logLikelihood: g.reshape(logLikelihood, [batch, samples]) };
}

/** The step from inference to likelihood that objectives share. @see {@link inferLatent} */
export function infer(trace: Trace, model: ModelConfig, observed: Observed, samples = 1): Inference {
  const latent = inferLatent(trace, model, encode(trace, model, observed), samples, observed.y);
  return { ...latent, logLikelihood: logLikelihoodOf(trace, model, observed, latent.z) };
}
