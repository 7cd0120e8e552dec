import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Moved } from "../flows/moved-normal.ts";
import type { PosteriorRule } from "../latent.ts";
import { type AutoregressiveSettings, autoregressivePosterior, type Layer } from "./autoregressive.ts";

/** Largest ln of the factor that one layer scales by. */
const MOST_LOG_SCALE = 2;

/**
 * Masked autoregressive flow (Papamakarios et al. 2017, eq. 2 to 4): zᵢ ← μᵢ(z₁…ᵢ₋₁) + exp(αᵢ(z₁…ᵢ₋₁))·zᵢ in each layer. The
 * density of any point takes one pass; a draw takes one for each latent dimension.
 */
export const maf: PosteriorRule<AutoregressiveSettings<"maf">> = autoregressivePosterior("maf", {
  title: "N(center, exp(base_log_variance)) through masked autoregressive layers",
  steps: 2,
  move,
  undo,
});

function logScaleOf(scale: Tensor): Tensor {
  return g.mul(g.tanh(scale), MOST_LOG_SCALE);
}

/** Each pass fixes one more dimension of a layer's result. */
function move(layers: readonly Layer[], begin: Tensor): Moved {
  let point = begin;
  let logDeterminant: Tensor = g.constant(0, [begin.shape[0]!]);
  for (const layer of layers) {
    let result = point;
    let sum: Tensor = logDeterminant;
    for (let pass = 0; pass < begin.shape[1]!; pass++) {
      const { shift, scale } = layer(result);
      const logScale = logScaleOf(scale);
      result = g.add(shift, g.mul(g.exp(logScale), point));
      sum = g.reduceSum(logScale, [1]);
    }
    logDeterminant = g.add(logDeterminant, sum);
    point = result;
  }
  return { point, logDeterminant };
}

function undo(layers: readonly Layer[], end: Tensor): Moved {
  let point = end;
  let logDeterminant: Tensor = g.constant(0, [end.shape[0]!]);
  for (const layer of layers.toReversed()) {
    const { shift, scale } = layer(point);
    const logScale = logScaleOf(scale);
    point = g.mul(g.sub(point, shift), g.exp(g.neg(logScale)));
    logDeterminant = g.add(logDeterminant, g.reduceSum(logScale, [1]));
  }
  return { point, logDeterminant };
}
