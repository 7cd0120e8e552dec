import type { Hyperparameters } from "../models/hyperparameters.ts";
import { boundOf, type LossMeans } from "./events.ts";

/** A model's means over validation data. */
export interface Validation extends LossMeans {
  /** Mean KL of each latent dimension, in nats. */
  readonly klPerDimension?: Float64Array;
  /** The importance-weighted bound with its KL weighed by β; absent with β = 1 and for other objectives. */
  readonly maximised?: number;
}

/**
 * What training maximises when its warm-ups are over, on validation data, in nats per example: the value that early
 * stopping watches. The ELBO, unless β, free bits, a capacity or importance weights were asked for.
 */
export function maximisedOf(validation: Validation, { beta, freeBits, capacity }: Hyperparameters): number {
  const { reconstruction, kl, klPerDimension, maximised } = validation;
  if (maximised !== undefined) return maximised;
  if (validation.bound !== undefined || (beta === 1 && freeBits === 0 && capacity === 0))
    return boundOf(validation);
  if (freeBits > 0 && klPerDimension)
    return reconstruction - beta * klPerDimension.reduce((sum, nats) => sum + Math.max(freeBits, nats), 0);
  return reconstruction - beta * (capacity > 0 ? Math.abs(kl - capacity) : kl);
}
