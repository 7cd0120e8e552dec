import { mul } from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { type ActivationName, activations } from "./activations.ts";
import { dense } from "./dense.ts";
import type { Initialization } from "./initializers.ts";
import { batchNorm, layerNorm } from "./normalization.ts";
import type { Scope } from "./scope.ts";

/** A layer as data: what a run directory stores and loads again without any code of the user's. */
export type Layer =
  | { readonly type: "dense"; readonly units: number; readonly initialization?: Initialization }
  | { readonly type: "activation"; readonly activation: ActivationName }
  | { readonly type: "dropout"; readonly keepProbability: number }
  | { readonly type: "batchNorm"; readonly momentum?: number }
  | { readonly type: "layerNorm" };

type Of<T extends Layer["type"]> = Extract<Layer, { type: T }>;

const apply: { readonly [T in Layer["type"]]: (scope: Scope, x: Tensor, layer: Of<T>) => Tensor } = {
  dense: (scope, x, { units, initialization }) => dense(scope, x, units, initialization),
  activation: (_, x, { activation }) => activations[activation](x),
  dropout: (scope, x, { keepProbability }) => dropout(scope, x, keepProbability),
  batchNorm: (scope, x, { momentum }) => batchNorm(scope, x, momentum),
  layerNorm: (scope, x) => layerNorm(scope, x),
};

/** Inverted dropout (Srivastava et al. 2014, section 10): scaled while training, nothing to do at evaluation. */
function dropout(scope: Scope, x: Tensor, keepProbability: number): Tensor {
  if (!scope.training || keepProbability === 1) return x;
  return mul(x, scope.dropoutMask("mask", x.shape, keepProbability));
}

/** Applies layers one after the other; each has the scope of its index, as in `encoder.0.weight`. */
export function applyLayers(scope: Scope, layers: readonly Layer[], x: Tensor): Tensor {
  return layers.reduce((value, layer, index) => {
    const inner = scope.child(index);
    const run = apply[layer.type] as (scope: Scope, x: Tensor, layer: Layer) => Tensor;
    return inner.record(run(inner, value, layer));
  }, x);
}
