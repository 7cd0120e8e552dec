import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { standardNormalLogProb } from "../../nn/distributions/normal.ts";
import { softplus } from "../../nn/distributions/stable.ts";
import type { Scope } from "../../nn/scope.ts";
import { maskedNetwork } from "../flows/autoregressive.ts";
import { asRows, forEachSample } from "../flows/rows.ts";
import type { PosteriorRule } from "../latent.ts";
import { BASE_PARAMETERS, baseUnits, requireDimensions, splitBase } from "./autoregressive-base.ts";

const settings = z.strictObject({
  type: z.literal("iaf"),
  /** Autoregressive layers; the order of the dimensions turns round after each. */
  steps: positiveInteger.default(4),
  /** Hidden units of the masked network of each. */
  hidden: positiveInteger.default(64),
  /** Numbers of an example that the encoder gives to all layers. */
  context: positiveInteger.default(32),
});
type Settings = z.output<typeof settings>;

/** What a layer adds to the output that gates it: at first σ is 0.88, so that it hardly moves a point. */
const GATE_BIAS = 2;

/**
 * Inverse autoregressive flow (Kingma et al. 2016, algorithm 1): z ← σ·z + (1 − σ)·m in each layer, m and σ by masked
 * networks of z and the example's context. A draw takes one pass; the density is known at draws only.
 */
export const iaf: PosteriorRule<Settings> = {
  type: "iaf",
  title: "N(center, exp(base_log_variance)) through inverse autoregressive layers",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  parameters: BASE_PARAMETERS,
  units: ({ context }, latent) => {
    requireDimensions("iaf", latent);
    return baseUnits(context, latent);
  },
  split: (chosen, output, { latent, scope }) => {
    const base = splitBase(output, chosen.context, latent);
    return { mean: moved(scope, chosen, base.center, base.context).point, ...base };
  },
  posterior: (chosen, parameters, { scope }) => {
    const { mean, center, baseLogVariance, context } = parameters as Record<
      "mean" | "center" | "baseLogVariance" | "context",
      Tensor
    >;
    const [batch, latent] = center.shape as [number, number];
    return {
      mean,
      parameters,
      noise: [latent],
      draw: (noise, samples) => {
        const each = (x: Tensor) => forEachSample(x, samples);
        const rows = asRows(noise!);
        const begin = g.add(each(center), g.mul(g.exp(g.mul(each(baseLogVariance), 0.5)), rows));
        const { point, logDeterminant } = moved(scope, chosen, begin, each(context));
        const base = g.sub(standardNormalLogProb(rows), g.mul(g.reduceSum(each(baseLogVariance), [1]), 0.5));
        return {
          z: g.reshape(point, [batch, samples, latent]),
          noise: noise!,
          logProb: g.reshape(g.sub(base, logDeterminant), [batch, samples]),
        };
      },
    };
  },
};

function moved(
  scope: Scope,
  { steps, hidden }: Settings,
  begin: Tensor,
  context: Tensor,
): { point: Tensor; logDeterminant: Tensor } {
  let point = begin;
  let logDeterminant: Tensor = g.constant(0, [begin.shape[0]!]);
  for (let step = 0; step < steps; step++) {
    const { shift, scale } = maskedNetwork(scope.child(step), point, context, {
      hidden,
      reversed: step % 2 === 1,
    });
    const gate = g.add(scale, GATE_BIAS);
    const kept = g.sigmoid(gate);
    point = g.add(g.mul(kept, point), g.mul(g.sub(1, kept), shift));
    // ln σ(s) = −softplus(−s)
    logDeterminant = g.sub(logDeterminant, g.reduceSum(softplus(g.neg(gate)), [1]));
  }
  return { point, logDeterminant };
}
