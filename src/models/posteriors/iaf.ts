import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { softplus } from "../../nn/distributions/stable.ts";
import type { Moved } from "../flows/moved-normal.ts";
import type { PosteriorRule } from "../latent.ts";
import { type AutoregressiveSettings, autoregressivePosterior, type Layer } from "./autoregressive.ts";

/** Added to the output that gates a layer: at first σ is 0.88, so that the layer moves a point only slightly. */
const GATE_BIAS = 2;

/**
 * Inverse autoregressive flow (Kingma et al. 2016, algorithm 1): z ← σ·z + (1 − σ)·m in each layer, m and σ by masked
 * networks of z and the example's context. A draw takes one pass; the density is known at draws only.
 */
export const iaf: PosteriorRule<AutoregressiveSettings<"iaf">> = autoregressivePosterior("iaf", {
  title: "N(center, exp(base_log_variance)) through inverse autoregressive layers",
  steps: 4,
  move,
});

function move(layers: readonly Layer[], begin: Tensor): Moved {
  let point = begin;
  let logDeterminant: Tensor = g.constant(0, [begin.shape[0]!]);
  for (const layer of layers) {
    const { shift, scale } = layer(point);
    const gate = g.add(scale, GATE_BIAS);
    const kept = g.sigmoid(gate);
    point = g.add(g.mul(kept, point), g.mul(g.sub(1, kept), shift));
    // ln σ(s) = −softplus(−s)
    logDeterminant = g.sub(logDeterminant, g.reduceSum(softplus(g.neg(gate)), [1]));
  }
  return { point, logDeterminant };
}
