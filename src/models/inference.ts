import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Distribution } from "../nn/distributions/distribution.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { decode, encode, type Posterior } from "./networks.ts";

/** What one pass through the model gives: the step from inference to likelihood that all objectives share. */
export interface Inference {
  readonly posterior: Posterior;
  /** Standard normal noise behind z, [batch, samples, latent]; 0 in a deterministic model. */
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
  const epsilon = model.deterministic
    ? g.constant(0, [batch, samples, model.latent])
    : trace.scope("latent").normalNoise("epsilon", [batch, samples, model.latent]);
  const z = model.deterministic
    ? g.expand(g.reshape(posterior.mean, [batch, 1, model.latent]), epsilon.shape)
    : reparameterize(posterior, epsilon);
  const likelihood = decode(trace, model, g.reshape(z, [batch * samples, model.latent]));
  const logLikelihood =
    samples === 1
      ? likelihood.logProb(x)
      : likelihood.logProb(g.reshape(repeatRows(x, samples), [batch * samples, values]));
  return {
    posterior,
    epsilon,
    z,
    logLikelihood: g.reshape(logLikelihood, [batch, samples]),
    likelihood,
  };
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

/** [batch, values] → [batch, samples, values] */
function repeatRows(x: Tensor, samples: number): Tensor {
  const [batch, values] = x.shape as [number, number];
  return g.expand(g.reshape(x, [batch, 1, values]), [batch, samples, values]);
}
