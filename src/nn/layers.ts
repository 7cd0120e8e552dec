import { ConfigError } from "../common/errors.ts";
import { mul, reshape } from "../graph/build.ts";
import { type Shape, ShapeError, type Tensor } from "../graph/node.ts";
import { type ActivationName, activations } from "./activations.ts";
import { dense } from "./dense.ts";
import type { Initialization } from "./initializers.ts";
import {
  type Conv1dLayer,
  type Conv2dLayer,
  type ConvTranspose1dLayer,
  type ConvTranspose2dLayer,
  conv1dRule,
  conv2dRule,
  convTranspose1dRule,
  convTranspose2dRule,
} from "./layers/convolution.ts";
import { type AveragePoolLayer, averagePoolRule, type MaxPoolLayer, maxPoolRule } from "./layers/pooling.ts";
import { type ResidualLayer, residualRule } from "./layers/residual.ts";
import { type LayerRule, sameShapeRule, timesText, UnfitInput } from "./layers/rule.ts";
import { type FlattenLayer, flattenRule, type ReshapeLayer, reshapeRule } from "./layers/shaping.ts";
import { type UpsampleLayer, upsampleRule } from "./layers/upsample.ts";
import { batchNorm, groupNorm, layerNorm } from "./normalization.ts";
import type { Scope } from "./scope.ts";

/**
 * A layer as data, which a run directory stores and loads without user code. It maps tensors [batch, ...shape]; images
 * are [height, width, channels], sequences [length, channels]. A dense layer takes any shape and flattens it to one
 * row; `reshape` turns a row into an image.
 */
export type Layer =
  | { readonly type: "dense"; readonly units: number; readonly initialization?: Initialization }
  | Conv2dLayer
  | ConvTranspose2dLayer
  | Conv1dLayer
  | ConvTranspose1dLayer
  | MaxPoolLayer
  | AveragePoolLayer
  | UpsampleLayer
  | FlattenLayer
  | ReshapeLayer
  | ResidualLayer
  | { readonly type: "activation"; readonly activation: ActivationName }
  | { readonly type: "dropout"; readonly keepProbability: number }
  | { readonly type: "batchNorm"; readonly momentum?: number }
  | { readonly type: "layerNorm" }
  | { readonly type: "groupNorm"; readonly groups: number };

export type LayerType = Layer["type"];
export type LayerOf<T extends LayerType> = Extract<Layer, { readonly type: T }>;

const rules: { readonly [T in LayerType]: LayerRule<LayerOf<T>> } = {
  dense: {
    outputShape: ({ units }) => [units],
    apply: (scope, x, { units, initialization }) => {
      const rows = x.shape.length === 2 ? x : reshape(x, [x.shape[0]!, -1]);
      return dense(scope, rows, units, initialization);
    },
  },
  conv2d: conv2dRule,
  convTranspose2d: convTranspose2dRule,
  conv1d: conv1dRule,
  convTranspose1d: convTranspose1dRule,
  maxPool: maxPoolRule,
  averagePool: averagePoolRule,
  upsample: upsampleRule,
  flatten: flattenRule,
  reshape: reshapeRule,
  residual: residualRule({ shapes: layerShapes, apply: applyLayers }),
  activation: sameShapeRule((_, x, { activation }) => activations[activation](x)),
  dropout: sameShapeRule((scope, x, { keepProbability }) => dropout(scope, x, keepProbability)),
  batchNorm: sameShapeRule((scope, x, { momentum }) => batchNorm(scope, x, momentum)),
  layerNorm: sameShapeRule((scope, x) => layerNorm(scope, x)),
  groupNorm: {
    keepsShape: true,
    outputShape({ groups }, input) {
      if (input.at(-1)! % groups === 0) return input;
      throw new UnfitInput(`it needs channels that can be dealt out to ${groups} groups alike`);
    },
    apply: (scope, x, { groups }) => groupNorm(scope, x, groups),
  },
};

function ruleOf(layer: Layer): LayerRule<Layer> {
  return rules[layer.type] as LayerRule<Layer>;
}

/**
 * The shape after each layer, without the batch.
 * @param where what the layers are called in messages, such as `encoder`
 * @throws {ConfigError} naming the layer that cannot take its input, by index and type
 */
export function layerShapes(layers: readonly Layer[], input: Shape, where: string): Shape[] {
  let shape = input;
  return layers.map((layer, index) => {
    shape = outputShape(layer, shape, placeOf(where, index, layer));
    return shape;
  });
}

/**
 * Number of spatial axes, without channels, of the input that the first spatial layer takes; undefined if the first
 * layers take a row or any shape.
 */
export function axesRead(layers: readonly Layer[]): 1 | 2 | undefined {
  for (const layer of layers) {
    const axes = layer.type === "residual" ? axesRead(layer.layers) : ruleOf(layer).axes;
    if (axes !== undefined) return axes;
    if (!ruleOf(layer).keepsShape) return undefined;
  }
  return undefined;
}

/** Applies layers one after the other; each has the scope of its index, as in `encoder.0.weight`. */
export function applyLayers(scope: Scope, layers: readonly Layer[], x: Tensor, where = scope.path): Tensor {
  return layers.reduce((value, layer, index) => {
    return applyLayer(scope.child(index), layer, value, placeOf(where, index, layer));
  }, x);
}

/** @param where what the layer is called in messages */
export function applyLayer(scope: Scope, layer: Layer, x: Tensor, where: string): Tensor {
  const input = x.shape.slice(1);
  outputShape(layer, input, where);
  return naming(where, input, () => scope.record(ruleOf(layer).apply(scope, x, layer, where)));
}

function outputShape(layer: Layer, input: Shape, where: string): Shape {
  return naming(where, input, () => ruleOf(layer).outputShape(layer, input, where));
}

function placeOf(where: string, index: number, { type }: Layer): string {
  return `${where} layer ${index} (${type})`;
}

function naming<T>(where: string, input: Shape, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnfitInput || error instanceof ShapeError)) throw error;
    throw new ConfigError(`${where} was given ${timesText(input)}: ${error.message}`, { cause: error });
  }
}

/** Inverted dropout (Srivastava et al. 2014, section 10): scaled during training, the identity at evaluation. */
function dropout(scope: Scope, x: Tensor, keepProbability: number): Tensor {
  if (!scope.training || keepProbability === 1) return x;
  return mul(x, scope.dropoutMask("mask", x.shape, keepProbability));
}
