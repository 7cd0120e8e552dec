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
  return h.learningRate * factorOf(h.schedule, iteration, done);
}

/** @param done share of the training after the warm-up that is over */
function factorOf(schedule: Hyperparameters["schedule"], iteration: number, done: number): number {
  switch (schedule.type) {
    case "constant":
      return 1;
    case "cosine":
      return (1 + Math.cos(Math.PI * done)) / 2;
    case "step":
      return schedule.learningRateDecay ** Math.floor((iteration - 1) / schedule.learningRateStep);
  }
}
