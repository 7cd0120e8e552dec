import { ConfigError } from "../../common/errors.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";

/** What the encoder gives to a posterior that is a diagonal normal through autoregressive layers. */
export const BASE_PARAMETERS = {
  mean: "Where the layers move the center",
  center: "Mean of the normal distribution that the layers move",
  baseLogVariance: "Natural logarithm of its variance, for each latent dimension",
  context: "What the layers are told of the example",
};

export function baseUnits(context: number, latent: number): number {
  return 2 * latent + context;
}

export function splitBase(
  output: Tensor,
  width: number,
  latent: number,
): { center: Tensor; baseLogVariance: Tensor; context: Tensor } {
  const [center, baseLogVariance, context] = g.split(output, 1, [latent, latent, width]) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  return { center, baseLogVariance, context };
}

/** @throws {ConfigError} for one dimension, which has none before it */
export function requireDimensions(type: string, latent: number): void {
  if (latent < 2)
    throw new ConfigError(
      `posterior is ${type} but z has one dimension, and autoregressive layers need two: use posterior normal or planar, or more dimensions`,
    );
}
