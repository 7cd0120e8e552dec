import type { Hyperparameters } from "../models/hyperparameters.ts";
import type { TrainingSettings } from "./settings.ts";

/** The learning rate of an iteration, counted from 1. The cosine is that of Loshchilov & Hutter (2017, eq. 5). */
export function learningRateAt(
  iteration: number,
  h: Hyperparameters,
  { maxIterations }: TrainingSettings,
): number {
  const warmup = h.learningRateWarmup;
  if (iteration <= warmup) return (h.learningRate * iteration) / warmup;
  const done = (iteration - 1 - warmup) / Math.max(maxIterations - warmup, 1);
  const factors = {
    constant: () => 1,
    cosine: () => (1 + Math.cos(Math.PI * done)) / 2,
    step: () => h.learningRateDecay ** Math.floor((iteration - 1) / h.learningRateStep),
  };
  return h.learningRate * factors[h.schedule]();
}

/**
 * The KL term's weight at an iteration: up to `beta` in equal steps over the warm-up (Sønderby et al. 2016), or over
 * the first part of each of several cycles (Fu et al. 2019, eq. 6).
 */
export function betaAt(
  iteration: number,
  { beta, klWarmup, klCycles, klCycleRise }: Hyperparameters,
  { maxIterations }: Pick<TrainingSettings, "maxIterations">,
): number {
  if (klCycles > 0) {
    // In whole numbers: the length of a cycle may be none.
    const done = (((iteration - 1) * klCycles) % maxIterations) / maxIterations;
    return beta * Math.min(1, done / klCycleRise);
  }
  return klWarmup === 0 ? beta : beta * Math.min(1, iteration / klWarmup);
}

/** Nats of KL that a capacity penalty aims at (Burgess et al. 2018, section 4). */
export function capacityAt(iteration: number, { capacity, capacityWarmup }: Hyperparameters): number {
  return capacityWarmup === 0 ? capacity : capacity * Math.min(1, iteration / capacityWarmup);
}
