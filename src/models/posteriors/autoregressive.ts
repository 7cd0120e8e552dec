import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../../nn/scope.ts";
import { maskedNetwork } from "../flows/autoregressive.ts";
import { type Moved, type MovedNormalParameters, movedNormal } from "../flows/moved-normal.ts";
import type { PosteriorRule } from "../latent.ts";
import { boundedLogVariance, boundedMean } from "./bounds.ts";

/** Settings of a posterior that is a diagonal normal through autoregressive layers. */
export interface AutoregressiveSettings<Type extends string> {
  readonly type: Type;
  /** Layers; the order of the dimensions is reversed after each. */
  readonly steps: number;
  /** Hidden units of the masked network of each. */
  readonly hidden: number;
  /** Numbers of an example that the encoder gives to all layers. */
  readonly context: number;
}

/**
 * The network of one layer: two numbers of each dimension, which depend on the dimensions before it.
 * @param point [rows, latent] @returns each [rows, latent]
 */
export type Layer = (point: Tensor) => { readonly shift: Tensor; readonly scale: Tensor };

/** A map through the layers, [rows, latent] to [rows, latent]. */
type Map = (layers: readonly Layer[], point: Tensor) => Moved;

/**
 * A row of the table of posteriors for N(center, exp(baseLogVariance)) through autoregressive layers.
 * @param steps layers where the settings do not say
 * @param move from the base to z
 * @param undo from z to the base, with ln |det| of the way from the base to z; without it the density is known at draws
 *   only
 */
export function autoregressivePosterior<Type extends string>(
  type: Type,
  {
    title,
    steps,
    move,
    undo,
  }: { readonly title: string; readonly steps: number; readonly move: Map; readonly undo?: Map },
): PosteriorRule<AutoregressiveSettings<Type>> {
  const layersOf = (scope: Scope, settings: AutoregressiveSettings<Type>, context: Tensor): Layer[] =>
    Array.from({ length: settings.steps }, (_, step) => (point) => {
      const options = { hidden: settings.hidden, reversed: step % 2 === 1 };
      return maskedNetwork(scope.child(step), point, context, options);
    });
  return {
    type,
    title,
    settings: z.strictObject({
      type: z.literal(type),
      steps: positiveInteger.default(steps),
      hidden: positiveInteger.default(64),
      context: positiveInteger.default(32),
    }) as unknown as z.ZodType<AutoregressiveSettings<Type>>,
    hasDensity: true,
    isDiagonalNormal: false,
    parameters: {
      mean: "Where the layers move the center",
      center: "Mean of the normal distribution that the layers move",
      baseLogVariance: "Natural logarithm of its variance, for each latent dimension",
      context: "Numbers of the example that all layers get",
    },
    units: ({ context }, latent) => {
      if (latent < 2)
        throw new ConfigError(
          `posterior is ${type} but z has one dimension, and autoregressive layers need two: use posterior normal or planar, or more dimensions`,
        );
      return 2 * latent + context;
    },
    split: (settings, output, { latent, scope }) => {
      const widths = [latent, latent, settings.context];
      const parts = g.split(output, 1, widths) as [Tensor, Tensor, Tensor];
      const center = boundedMean(parts[0]);
      const baseLogVariance = boundedLogVariance(parts[1]);
      const context = boundedMean(parts[2]);
      const { point: mean } = move(layersOf(scope, settings, context), center);
      return { mean, center, baseLogVariance, context };
    },
    posterior: (settings, given, { scope }) => {
      const parameters = given as MovedNormalParameters & { readonly context: Tensor };
      const through = (map: Map) => (point: Tensor, each: (x: Tensor) => Tensor) =>
        map(layersOf(scope, settings, each(parameters.context)), point);
      return movedNormal(parameters, through(move), undo && through(undo));
    },
  };
}
