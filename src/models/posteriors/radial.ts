import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { softplus } from "../../nn/distributions/stable.ts";
import { type Moved, type MovedNormalParameters, movedNormal } from "../flows/moved-normal.ts";
import type { PosteriorRule } from "../latent.ts";
import { boundedFactor, boundedLogVariance, boundedMean } from "./bounds.ts";

const settings = z.strictObject({
  type: z.literal("radial"),
  /** Radial layers. */
  steps: positiveInteger.default(4),
});

/**
 * A diagonal normal through radial layers z + β·(z − z₀)/(α + |z − z₀|), whose numbers the encoder gives for each example
 * (Rezende & Mohamed 2015, eq. 14; β > −α keeps a layer invertible, appendix A.2).
 */
export const radial: PosteriorRule<z.output<typeof settings>> = {
  type: "radial",
  title: "N(center, exp(base_log_variance)) through radial layers",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  parameters: {
    mean: "Where the layers move the center",
    center: "Mean of the normal distribution that the layers move",
    baseLogVariance: "Natural logarithm of its variance, for each latent dimension",
    layers: "Of each layer, one after the other: its centre, and two numbers of α and β before softplus",
  },
  units: ({ steps }, latent) => 2 * latent + steps * (latent + 2),
  split: ({ steps }, output, { latent }) => {
    const parts = g.split(output, 1, [latent, latent, steps * (latent + 2)]) as [Tensor, Tensor, Tensor];
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

/** Keeps α away from 0, and the root differentiable at a layer's centre. */
const LEAST = 1e-3;

/** @param point [rows, latent] @param layers [rows, steps·(latent + 2)] */
function moved(point: Tensor, layers: Tensor, steps: number): Moved {
  const [rows, latent] = point.shape as [number, number];
  const width = latent + 2;
  let logDeterminant: Tensor = g.constant(0, [rows]);
  let at = point;
  for (let step = 0; step < steps; step++) {
    const own = g.slice(layers, 1, step * width, (step + 1) * width);
    const [centre, first, second] = g.split(own, 1, [latent, 1, 1]) as [Tensor, Tensor, Tensor];
    const alpha = g.add(softplus(first), LEAST);
    // β = softplus(b) − α > −α.
    const beta = g.sub(softplus(second), alpha);
    const deviation = g.sub(at, centre);
    const distance = g.sqrt(g.add(g.reduceSum(g.mul(deviation, deviation), [1], true), LEAST ** 2));
    const nearness = g.reciprocal(g.add(alpha, distance));
    const pull = g.mul(beta, nearness);
    at = g.add(at, g.mul(pull, deviation));
    // Along the radius: d/dr of r·β/(α + √(r² + ε²)), times 1 across it.
    const squares = g.sub(g.mul(distance, distance), LEAST ** 2);
    const bend = g.div(g.mul(g.mul(pull, nearness), squares), distance);
    const along = g.log(g.sub(g.add(pull, 1), bend));
    const across = g.mul(g.log(g.add(pull, 1)), latent - 1);
    logDeterminant = g.add(logDeterminant, g.reshape(g.add(along, across), [rows]));
  }
  return { point: at, logDeterminant };
}
