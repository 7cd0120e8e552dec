import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { decode, encode, type Posterior } from "./networks.ts";

/** A draw from the posterior of each example, and what it was made of. */
export interface LatentInference {
  readonly posterior: Posterior;
  /** Standard normal noise behind z, [batch, samples, latent]; 0 in a deterministic model. */
  readonly epsilon: Tensor;
  /** z = μ + σ·ε (the reparameterisation of Kingma & Welling 2014, section 2.4), [batch, samples, latent]. */
  readonly z: Tensor;
}

/** What one pass through the model gives. */
export interface Inference extends LatentInference {
  /** ln p(x|z) of each example and sample in nats, [batch, samples]. */
  readonly logLikelihood: Tensor;
}

/** Draws z from each example's posterior. @param samples draws an example */
export function inferLatent(
  trace: Trace,
  model: ModelConfig,
  posterior: Posterior,
  samples: number,
): LatentInference {
  const [batch] = posterior.mean.shape as [number, number];
  const epsilon = model.deterministic
    ? g.constant(0, [batch, samples, model.latent])
    : trace.scope("latent").normalNoise("epsilon", [batch, samples, model.latent]);
  const z = model.deterministic
    ? g.expand(g.reshape(posterior.mean, [batch, 1, model.latent]), epsilon.shape)
    : reparameterize(posterior, epsilon);
  return { posterior, epsilon, z };
}

/**
 * @param x [batch, values]
 * @param z [batch, samples, latent]
 * @returns ln p(x|z) in nats, [batch, samples]
 */
export function logLikelihoodOf(trace: Trace, model: ModelConfig, x: Tensor, z: Tensor): Tensor {
  const [batch, samples, latent] = z.shape as [number, number, number];
  const [, values] = x.shape as [number, number];
  // With one sample everything stays a matrix; with more, x broadcasts over the samples and is not repeated.
  const single = samples === 1;
  const observed = single ? x : g.reshape(x, [batch, 1, values]);
  const likelihood = decode(trace, model, single ? g.reshape(z, [batch, latent]) : z, observed);
  const logLikelihood = likelihood.logProb(observed);
  return g.reshape(logLikelihood, [batch, samples]);
}

/** The step from inference to likelihood that objectives share. @see {@link inferLatent} */
export function infer(trace: Trace, model: ModelConfig, x: Tensor, samples = 1): Inference {
  const latent = inferLatent(trace, model, encode(trace, model, x), samples);
  return { ...latent, logLikelihood: logLikelihoodOf(trace, model, x, latent.z) };
}

function reparameterize({ mean, logVariance }: Posterior, epsilon: Tensor): Tensor {
  const [batch, samples, latent] = epsilon.shape as [number, number, number];
  const deviation = g.exp(g.mul(logVariance, 0.5));
  // With one sample everything stays a matrix: the extra axis would only cost reshapes.
  if (samples === 1) {
    const z = g.add(mean, g.mul(deviation, g.reshape(epsilon, [batch, latent])));
    return g.reshape(z, epsilon.shape);
  }
  const perSample = (tensor: Tensor) => g.reshape(tensor, [batch, 1, latent]);
  return g.add(perSample(mean), g.mul(perSample(deviation), epsilon));
}
