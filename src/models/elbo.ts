import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { klFromStandardNormal } from "../nn/distributions/normal.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { infer } from "./inference.ts";
import type { Posterior } from "./networks.ts";

/** One record of the loss, for training, logging and evaluation alike. In nats. */
export interface LossTerms {
  readonly posterior: Posterior;
  /** What training minimises, summed over the batch: a scalar. */
  readonly loss: Tensor;
  /** Expected ln p(x|z) of each example, [batch]; negative for discrete data. */
  readonly reconstruction: Tensor;
  /** KL(q(z|x) ‖ p(z)) of each example and latent dimension, [batch, latent]; 0 in a deterministic model. */
  readonly kl: Tensor;
}

/**
 * The evidence lower bound (Kingma & Welling 2014, eq. 7 and 10), its KL weighted by β (Higgins et al. 2017).
 * @param x [batch, values]
 * @param beta scalar
 * @param samples draws of z an example
 */
export function elbo(trace: Trace, model: ModelConfig, x: Tensor, beta: Tensor, samples = 1): LossTerms {
  const { posterior, logLikelihood } = infer(trace, model, x, samples);
  const reconstruction = g.reduceMean(logLikelihood, [1]);
  const kl = model.deterministic ? g.constant(0, posterior.mean.shape) : klFromStandardNormal(posterior);
  const loss = g.sub(g.mul(beta, g.reduceSum(kl)), g.reduceSum(reconstruction));
  return { posterior, loss, reconstruction, kl };
}
