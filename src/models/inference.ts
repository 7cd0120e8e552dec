import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Distribution } from "../nn/distributions/distribution.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { decode, encode, type Posterior } from "./networks.ts";

/** What one pass through the model gives: the step from inference to likelihood that all objectives share. */
export interface Inference {
  readonly posterior: Posterior;
  /** Standard normal noise behind z, [batch, samples, latent]. */
  readonly epsilon: Tensor;
  /** z = μ + σ·ε (the reparameterisation of Kingma & Welling 2014, section 2.4), [batch, samples, latent]. */
  readonly z: Tensor;
  /** ln p(x|z) of each example and sample in nats, [batch, samples]. */
  readonly logLikelihood: Tensor;
  readonly likelihood: Distribution;
}

/** @param x [batch, values] @param samples draws of z an example */
export function infer(trace: Trace, model: ModelConfig, x: Tensor, samples = 1): Inference {
  const [batch, values] = x.shape as [number, number];
  const posterior = encode(trace, model, x);
  const deviation = g.exp(g.mul(posterior.logVariance, 0.5));
  const epsilon = trace.scope("latent").normalNoise("epsilon", [batch, samples, model.latent]);

  // With one sample everything stays a matrix: the extra axis would only cost reshapes.
  const perSample = (tensor: Tensor) => g.reshape(tensor, [batch, 1, model.latent]);
  const z =
    samples === 1
      ? g.add(posterior.mean, g.mul(deviation, g.reshape(epsilon, [batch, model.latent])))
      : g.add(perSample(posterior.mean), g.mul(perSample(deviation), epsilon));
  const likelihood = decode(trace, model, g.reshape(z, [batch * samples, model.latent]));
  const logLikelihood =
    samples === 1
      ? likelihood.logProb(x)
      : likelihood.logProb(g.reshape(repeatRows(x, samples), [batch * samples, values]));
  return {
    posterior,
    epsilon,
    z: g.reshape(z, [batch, samples, model.latent]),
    logLikelihood: g.reshape(logLikelihood, [batch, samples]),
    likelihood,
  };
}

/** [batch, values] → [batch, samples, values] */
function repeatRows(x: Tensor, samples: number): Tensor {
  const [batch, values] = x.shape as [number, number];
  return g.expand(g.reshape(x, [batch, 1, values]), [batch, samples, values]);
}
