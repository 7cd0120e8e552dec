import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { notNegative, parseSettings, positiveInteger } from "../common/settings.ts";
import { DECODED_VALUES, type DecodedValues } from "../evaluate/decoded-rows.ts";
import { priorDraws, type Temperature, type WithPrior } from "../evaluate/prior.ts";
import { sizeOf } from "../graph/node.ts";

/** How samples are drawn from a model. */
export interface PriorSampling {
  /** Default 0. */
  readonly seed: number;
  /** Factor of the normal noise behind latent points, for a standard normal prior their deviation; default 1; or one for each layer of latents. */
  readonly temperature: Temperature;
  /** What to tell of p(x|z): its mean, which is the default, its most likely values, or a draw, as data would be. */
  readonly values: DecodedValues;
}

/** Values of the longest array of float32 that every engine of JavaScript can make: 4 GiB. */
const MOST_VALUES = 2 ** 30;

/**
 * Draws from the prior, to be decoded.
 * @param y conditions of the draws, where the model has them
 * @returns [n, latent], row-major
 * @throws {ConfigError} when an option is not what it must be, or the samples would not fit into an array
 */
export async function priorPoints(
  source: WithPrior,
  n: number,
  { seed, temperature, values }: PriorSampling,
  y?: Float32Array,
): Promise<Float32Array> {
  const { inputShape, latent } = source.model;
  parseSettings(positiveInteger, n, "n");
  for (const each of [temperature].flat()) parseSettings(notNegative, each, "temperature");
  parseSettings(z.enum(DECODED_VALUES), values, "values");
  const most = Math.floor(MOST_VALUES / Math.max(sizeOf(inputShape), latent));
  if (n > most) throw new ConfigError(`n is ${n}: of this model at most ${most} samples fit into an array`);
  return priorDraws(source, n, { seed, temperature, ...(y && { y }) });
}
