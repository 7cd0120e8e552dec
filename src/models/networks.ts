import { concat, constant, reshape, transpose } from "../graph/build.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import { dense } from "../nn/dense.ts";
import type { CountDistribution, Distribution } from "../nn/distributions/distribution.ts";
import { likelihoodOf } from "../nn/distributions/likelihood.ts";
import { applyLayer, applyLayers, axesRead } from "../nn/layers.ts";
import type { Scope, Trace } from "../nn/scope.ts";
import { isConditioned } from "./condition.ts";
import { conditionedDensity, forEachRow, requireY, withCondition } from "./conditioned.ts";
import type { ModelConfig } from "./config.ts";
import { encoderInput } from "./encoder-input.ts";
import { headOf } from "./head.ts";
import type { LatentDensity, Posterior, PosteriorContext } from "./latent.ts";
import type { Observed } from "./observed.ts";
import { encodedShape } from "./places.ts";
import { posteriorFamilyOf, posteriorRule } from "./posteriors.ts";
import { priorOf, priorRule } from "./priors.ts";

/** q(z|x) of each example. */
export function encode(trace: Trace, model: ModelConfig, observed: Observed): Posterior {
  const rule = posteriorRule(model);
  const family = posteriorFamilyOf(model);
  const scope = trace.scope("encoder");
  const x = observed.shown ?? observed.x;
  const examples = encoderExamples(model, withIndicators(model, encoderInput(model, x), observed));
  const told = isConditioned(model, "encoder")
    ? withCondition(examples, requireY(observed.y), axesRead(model.encoder))
    : examples;
  const features = applyLayers(scope, model.encoder, told);
  const head = scope.child("posterior");
  const output = head.record(posteriorHead(head, model, features));
  return posteriorFrom(trace, model, rule.split(family, output, posteriorContext(trace, model)));
}

/** The linear layer of the encoder's head: at every place alike, where z has features at each. */
function posteriorHead(head: Scope, model: ModelConfig, features: Tensor): Tensor {
  const rule = posteriorRule(model);
  const family = posteriorFamilyOf(model);
  const units = rule.units(family, model.latent);
  const [rows, ...encoded] = features.shape as [number, ...number[]];
  const atPlaces = rule.placesOf?.(family, model.latent, encoded);
  if (!atPlaces) return dense(head, reshape(features, [rows, -1]), units);
  const places = reshape(features, [-1, encoded.at(-1)!]);
  return reshape(dense(head, places, atPlaces.units), [rows, -1]);
}

/** q(z|x) from its parameters, as {@link encode} gives them. */
export function posteriorFrom(
  trace: Trace,
  model: ModelConfig,
  parameters: Readonly<Record<string, Tensor>>,
): Posterior {
  const family = posteriorFamilyOf(model);
  return posteriorRule(model).posterior(family, parameters, posteriorContext(trace, model));
}

function posteriorContext(trace: Trace, model: ModelConfig): PosteriorContext {
  return { scope: trace.scope("posterior"), latent: model.latent, encoded: encodedShape(model) };
}

/**
 * p(z), or p(z|y) where the prior gets the condition.
 * @param y [rows, conditions], of the first axis of the points that are asked for
 */
export function priorDensity(trace: Trace, model: ModelConfig, y?: Tensor): LatentDensity {
  const density = unconditionedPrior(trace, model);
  if (!isConditioned(model, "prior")) return density;
  return conditionedDensity(trace.scope("prior").child("condition"), density, requireY(y), model.latent);
}

function unconditionedPrior(trace: Trace, model: ModelConfig): LatentDensity {
  return priorRule(model).density(priorOf(model), {
    scope: trace.scope("prior"),
    latent: model.latent,
    model,
    posterior: { settings: posteriorFamilyOf(model), context: posteriorContext(trace.evaluating(), model) },
    posteriorOf: (observed) => encode(trace.evaluating(), model, observed),
    posteriorWith: (parameters) => posteriorFrom(trace.evaluating(), model, parameters),
  });
}

/**
 * p(x|z) over rows of values.
 * @param z [...rows, latent]
 * @param y [rows, conditions] of the first axis of `z`, where the decoder gets them
 * @param observed the rows whose likelihood is asked for, where they are known; they broadcast against [...rows, values]
 */
export function decode(
  trace: Trace,
  model: ModelConfig,
  z: Tensor,
  observed?: Pick<Observed, "x" | "mask">,
  y?: Tensor,
): Distribution | CountDistribution {
  const scope = trace.scope("decoder");
  const rows = z.shape.slice(0, -1);
  const points = reshape(z, [sizeOf(rows), model.latent]);
  const rule = posteriorRule(model);
  const lifted = rule.lift?.(posteriorFamilyOf(model), points, posteriorContext(trace, model)) ?? points;
  const told = isConditioned(model, "decoder")
    ? withCondition(lifted, forEachRow(requireY(y), sizeOf(rows)), axesOf(lifted))
    : lifted;
  const features = applyLayers(scope, model.decoder, told);
  const head = scope.child("likelihood");
  const { inputShape, likelihood } = model;
  const outputs = likelihoodOutputs(head, model, features);
  return likelihoodOf(head, reshape(outputs, [...rows, -1]), likelihood, {
    inputShape,
    observed: observed?.x,
    mask: observed?.mask,
  });
}

/** Axes of places of what the decoder reads; undefined for rows. */
function axesOf({ shape }: Tensor): number | undefined {
  return shape.length > 2 ? shape.length - 2 : undefined;
}

/**
 * The decoder's outputs for the likelihood.
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

/** Beside the features, whether each value was observed, where the encoder gets that. */
function withIndicators({ missing }: ModelConfig, features: Tensor, { x, mask }: Observed): Tensor {
  return missing?.indicators ? concat([features, mask ?? constant(1, x.shape)], 1) : features;
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
