import { ConfigError } from "../common/errors.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import type { TrainingSettings } from "./settings.ts";

/**
 * Checks settings against each other.
 * @throws {ConfigError} when a warm-up would outlast training, or patience has nothing to watch
 */
export function checkConsistency(
  hyperparameters: Hyperparameters,
  { maxIterations, patience }: TrainingSettings,
  { hasValidation }: { hasValidation: boolean },
): void {
  for (const name of ["klWarmup", "learningRateWarmup", "capacityWarmup"] as const)
    if (hyperparameters[name] >= maxIterations)
      throw new ConfigError(
        `${name} is ${hyperparameters[name]} iterations but training has ${maxIterations}: it must be shorter than training`,
      );
  if (hyperparameters.klCycles > maxIterations)
    throw new ConfigError(
      `klCycles is ${hyperparameters.klCycles} but training has ${maxIterations} iterations: each cycle needs one or more`,
    );
  if (patience > 0 && !hasValidation)
    throw new ConfigError(`patience is ${patience} but there are no validation data to watch: give some`);
}
