import { constant, reshape, split, transpose } from "../graph/build.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import { dense } from "../nn/dense.ts";
import type { CountDistribution, Distribution } from "../nn/distributions/distribution.ts";
import { likelihoodOf } from "../nn/distributions/likelihood.ts";
import { klFromStandardNormal } from "../nn/distributions/normal.ts";
import { applyLayer, applyLayers, axesRead } from "../nn/layers.ts";
import type { Scope, Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { encoderInput } from "./encoder-input.ts";
import { headOf } from "./head.ts";

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
  const rows = x.shape[0]!;
  const features = applyLayers(scope, model.encoder, encoderExamples(model, encoderInput(model, x)));
  const head = scope.child("posterior");
  if (model.deterministic) {
    const mean = head.record(dense(head, reshape(features, [rows, -1]), model.latent));
    return { mean, logVariance: constant(Number.NEGATIVE_INFINITY, mean.shape) };
  }
  const output = head.record(dense(head, reshape(features, [rows, -1]), 2 * model.latent));
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
  const outputs = likelihoodOutputs(head, model, features);
  return likelihoodOf(head, reshape(outputs, [...rows, -1]), likelihood, { inputShape, observed });
}

/**
 * What the likelihood is made from.
 * @param features [rows, ...shape]
 * @returns [rows, {@link headSize}], the first output of every value first
 */
function likelihoodOutputs(scope: Scope, model: ModelConfig, features: Tensor): Tensor {
  const layer = headOf(model);
  const made = applyLayer(scope, layer, features, `decoder head (${layer.type})`);
  const rows = features.shape[0]!;
  if (made.shape.length === 2) return made;
  const outputs = sizeOf(made.shape) / (rows * sizeOf(model.inputShape));
  const byPlace = reshape(made, [rows, -1, outputs, made.shape.at(-1)! / outputs]);
  return reshape(outputs === 1 ? made : transpose(byPlace, [0, 2, 1, 3]), [rows, -1]);
}

/**
 * Examples in their shape. Where there are several features of each value, they become channels.
 * @param x [batch, features × values], the first feature of every value first
 */
function encoderExamples({ encoder, inputShape }: ModelConfig, x: Tensor): Tensor {
  const [batch, width] = x.shape as [number, number];
  const features = width / sizeOf(inputShape);
  if (features === 1) return reshape(x, [batch, ...inputShape]);
  const shape = inputShape.length === axesRead(encoder) ? [...inputShape, 1] : inputShape;
  if (shape.length === 1 || !Number.isInteger(features)) return x;
  const channels = shape.at(-1)!;
  const byPlace = transpose(reshape(x, [batch, features, -1, channels]), [0, 2, 1, 3]);
  return reshape(byPlace, [batch, ...shape.slice(0, -1), features * channels]);
}

/** KL(q(z|x) ‖ p(z)) of each example and latent dimension in nats, [batch, latent]; 0 in a deterministic model. */
export function klOfPosterior(model: ModelConfig, posterior: Posterior): Tensor {
  return model.deterministic ? constant(0, posterior.mean.shape) : klFromStandardNormal(posterior);
}
