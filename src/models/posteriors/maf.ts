import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { standardNormalLogProb } from "../../nn/distributions/normal.ts";
import type { Scope } from "../../nn/scope.ts";
import { maskedNetwork } from "../flows/autoregressive.ts";
import { asRows, forEachSample } from "../flows/rows.ts";
import type { PosteriorRule } from "../latent.ts";
import { BASE_PARAMETERS, baseUnits, requireDimensions, splitBase } from "./autoregressive-base.ts";

const settings = z.strictObject({
  type: z.literal("maf"),
  /** Autoregressive layers; the order of the dimensions turns round after each. */
  steps: positiveInteger.default(2),
  /** Hidden units of the masked network of each. */
  hidden: positiveInteger.default(64),
  /** Numbers of an example that the encoder gives to all layers. */
  context: positiveInteger.default(32),
});
type Settings = z.output<typeof settings>;

/** Greatest ln of the factor that one layer scales by. */
const MOST_LOG_SCALE = 2;

/**
 * Masked autoregressive flow (Papamakarios et al. 2017, eq. 2 to 4): zᵢ ← μᵢ(z₁…ᵢ₋₁) + exp(αᵢ(z₁…ᵢ₋₁))·zᵢ in each layer. The
 * density of any point takes one pass; a draw takes one for each latent dimension.
 */
export const maf: PosteriorRule<Settings> = {
  type: "maf",
  title: "N(center, exp(base_log_variance)) through masked autoregressive layers",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  parameters: BASE_PARAMETERS,
  units: ({ context }, latent) => {
    requireDimensions("maf", latent);
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
    const density = (noise: Tensor, logVariance: Tensor, logDeterminant: Tensor) =>
      g.sub(g.sub(standardNormalLogProb(noise), g.mul(g.reduceSum(logVariance, [1]), 0.5)), logDeterminant);
    return {
      mean,
      parameters,
      noise: [latent],
      draw: (noise, samples) => {
        const each = (x: Tensor) => forEachSample(x, samples);
        const rows = asRows(noise!);
        const logVariance = each(baseLogVariance);
        const begin = g.add(each(center), g.mul(g.exp(g.mul(logVariance, 0.5)), rows));
        const { point, logDeterminant } = moved(scope, chosen, begin, each(context));
        return {
          z: g.reshape(point, [batch, samples, latent]),
          noise: noise!,
          logProb: g.reshape(density(rows, logVariance, logDeterminant), [batch, samples]),
        };
      },
      logProb: (point) => {
        const samples = point.shape[1]!;
        const each = (x: Tensor) => forEachSample(x, samples);
        const begun = undone(scope, chosen, asRows(point), each(context));
        const logVariance = each(baseLogVariance);
        const noise = g.mul(g.sub(begun.point, each(center)), g.exp(g.mul(logVariance, -0.5)));
        return g.reshape(density(noise, logVariance, begun.logDeterminant), [batch, samples]);
      },
    };
  },
};

function layer(scope: Scope, { hidden }: Settings, step: number, point: Tensor, context: Tensor) {
  const { shift, scale } = maskedNetwork(scope.child(step), point, context, {
    hidden,
    reversed: step % 2 === 1,
  });
  return { shift, logScale: g.mul(g.tanh(scale), MOST_LOG_SCALE) };
}

/** From the base to z. Each pass settles one dimension more of a layer's result. */
function moved(scope: Scope, chosen: Settings, begin: Tensor, context: Tensor) {
  let point = begin;
  let logDeterminant: Tensor = g.constant(0, [begin.shape[0]!]);
  for (let step = 0; step < chosen.steps; step++) {
    let result = point;
    let sum: Tensor = logDeterminant;
    for (let pass = 0; pass < begin.shape[1]!; pass++) {
      const { shift, logScale } = layer(scope, chosen, step, result, context);
      result = g.add(shift, g.mul(g.exp(logScale), point));
      sum = g.reduceSum(logScale, [1]);
    }
    logDeterminant = g.add(logDeterminant, sum);
    point = result;
  }
  return { point, logDeterminant };
}

/** From z to the base, with the logarithm of the determinant of the way there from the base. */
function undone(scope: Scope, chosen: Settings, end: Tensor, context: Tensor) {
  let point = end;
  let logDeterminant: Tensor = g.constant(0, [end.shape[0]!]);
  for (let step = chosen.steps - 1; step >= 0; step--) {
    const { shift, logScale } = layer(scope, chosen, step, point, context);
    point = g.mul(g.sub(point, shift), g.exp(g.neg(logScale)));
    logDeterminant = g.add(logDeterminant, g.reduceSum(logScale, [1]));
  }
  return { point, logDeterminant };
}
