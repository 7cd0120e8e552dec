import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { softplus } from "../../nn/distributions/stable.ts";
import { type Moved, type MovedNormalParameters, movedNormal } from "../flows/moved-normal.ts";
import type { PosteriorRule } from "../latent.ts";
import { boundedFactor, boundedLogVariance, boundedMean } from "./bounds.ts";

const settings = z.strictObject({
  type: z.literal("planar"),
  /** Planar layers. */
  steps: positiveInteger.default(4),
});

/**
 * A diagonal normal through planar layers z + û·tanh(wᵀz + b), whose numbers the encoder gives for each example
 * (Rezende & Mohamed 2015, eq. 10 and 23; û keeps a layer invertible, appendix A.1).
 */
export const planar: PosteriorRule<z.output<typeof settings>> = {
  type: "planar",
  title: "N(center, exp(log_variance)) through planar layers",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  parameters: {
    mean: "Where the layers move the center",
    center: "Mean of the normal distribution that the layers move",
    baseLogVariance: "Natural logarithm of its variance, for each latent dimension",
    layers: "Of each layer, one after the other: u, w and b",
  },
  units: ({ steps }, latent) => 2 * latent + steps * (2 * latent + 1),
  split: ({ steps }, output, { latent }) => {
    const parts = g.split(output, 1, [latent, latent, steps * (2 * latent + 1)]) as [Tensor, Tensor, Tensor];
    const center = boundedMean(parts[0]);
    const baseLogVariance = boundedLogVariance(parts[1]);
    const layers = boundedFactor(parts[2]);
    return { mean: moved(center, layers, steps).point, center, baseLogVariance, layers };
  },
  posterior: ({ steps }, given) => {
    const parameters = given as MovedNormalParameters & { readonly layers: Tensor };
    return movedNormal(parameters, (begin, each) => moved(begin, each(parameters.layers), steps));
  },
};

/** @param point [rows, latent] @param layers [rows, steps·(2·latent + 1)] */
function moved(point: Tensor, layers: Tensor, steps: number): Moved {
  const [rows, latent] = point.shape as [number, number];
  const width = 2 * latent + 1;
  let logDeterminant: Tensor = g.constant(0, [rows]);
  let at = point;
  for (let step = 0; step < steps; step++) {
    const own = g.slice(layers, 1, step * width, (step + 1) * width);
    const [u, w, b] = g.split(own, 1, [latent, latent, 1]) as [Tensor, Tensor, Tensor];
    const product = g.reduceSum(g.mul(w, u), [1], true);
    const squared = g.add(g.reduceSum(g.mul(w, w), [1], true), SMALLEST);
    // wᵀû = softplus(wᵀu) − 1 > −1.
    const along = g.sub(g.sub(softplus(product), 1), product);
    const direction = g.add(u, g.mul(w, g.div(along, squared)));
    const height = g.tanh(g.add(g.reduceSum(g.mul(w, at), [1], true), b));
    at = g.add(at, g.mul(direction, height));
    const slope = g.mul(g.sub(1, g.mul(height, height)), g.reduceSum(g.mul(w, direction), [1], true));
    logDeterminant = g.add(logDeterminant, g.reshape(g.log(g.max(g.add(slope, 1), SMALLEST)), [rows]));
  }
  return { point: at, logDeterminant };
}

/** Keeps a layer with w = 0 finite, and one whose slope is that of a fold to single precision. */
const SMALLEST = 1e-6;
