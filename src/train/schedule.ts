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
