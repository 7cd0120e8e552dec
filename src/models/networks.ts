import { constant, reshape, split } from "../graph/build.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import { dense } from "../nn/dense.ts";
import type { CountDistribution, Distribution } from "../nn/distributions/distribution.ts";
import { likelihoodOf, outputsPerValue } from "../nn/distributions/likelihood.ts";
import { klFromStandardNormal } from "../nn/distributions/normal.ts";
import { applyLayers } from "../nn/layers.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { encoderInput } from "./encoder-input.ts";

/** q(z|x): a normal distribution with a variance of its own for each dimension. */
export interface Posterior {
  /** [batch, latent] */
  readonly mean: Tensor;
  /** ln σ², [batch, latent]; −∞ in a deterministic model. */
  readonly logVariance: Tensor;
}

/** @param x rows of values, [batch, values] */
export function encode(trace: Trace, model: ModelConfig, x: Tensor): Posterior {
  const scope = trace.scope("encoder");
  const features = applyLayers(scope, model.encoder, encoderInput(model, x));
  const head = scope.child("posterior");
  if (model.deterministic) {
    const mean = head.record(dense(head, features, model.latent));
    return { mean, logVariance: constant(Number.NEGATIVE_INFINITY, mean.shape) };
  }
  const output = head.record(dense(head, features, 2 * model.latent));
  const [mean, logVariance] = split(output, 1, [model.latent, model.latent]) as [Tensor, Tensor];
  return { mean, logVariance };
}

/**
 * p(x|z) over rows of values.
 * @param z [...rows, latent]
 * @param observed the rows whose likelihood is asked for, where they are known; broadcasts against [...rows, values]
 */
export function decode(
  trace: Trace,
  model: ModelConfig,
  z: Tensor,
  observed?: Tensor,
): Distribution | CountDistribution {
  const scope = trace.scope("decoder");
  const rows = z.shape.slice(0, -1);
  const features = applyLayers(scope, model.decoder, reshape(z, [sizeOf(rows), model.latent]));
  const head = scope.child("likelihood");
  const { inputShape, likelihood } = model;
  const size = sizeOf(inputShape) * outputsPerValue(likelihood);
  const output = head.record(dense(head, features, size));
  return likelihoodOf(head, reshape(output, [...rows, size]), likelihood, { inputShape, observed });
}

/** KL(q(z|x) ‖ p(z)) of each example and latent dimension in nats, [batch, latent]; 0 in a deterministic model. */
export function klOfPosterior(model: ModelConfig, posterior: Posterior): Tensor {
  return model.deterministic ? constant(0, posterior.mean.shape) : klFromStandardNormal(posterior);
}
