import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";

/** Elementwise nonlinearities, by the name used in settings. */
export const activations = {
  /** x, or eˣ − 1 below 0 (Clevert et al. 2016). */
  elu: (x) => g.elu(x),
  relu: g.relu,
  /** x, or 0.01·x below 0 (Maas et al. 2013). */
  leakyRelu: (x) => g.leakyRelu(x, 0.01),
  /** x·Φ(x), with the exact normal distribution function (Hendrycks & Gimpel 2016). */
  gelu: (x) => g.mul(g.mul(x, 0.5), g.add(g.erf(g.mul(x, Math.SQRT1_2)), 1)),
  /** x·σ(x) (Elfwing et al. 2018; also called swish). */
  silu: (x) => g.mul(x, g.sigmoid(x)),
  tanh: g.tanh,
  sigmoid: g.sigmoid,
  softplus: g.softplus,
  identity: (x) => x,
} as const satisfies Record<string, (x: Tensor) => Tensor>;

/** Nonlinearity of a layer. */
export type ActivationName = keyof typeof activations;
export const ACTIVATIONS = Object.keys(activations) as [ActivationName, ...ActivationName[]];
