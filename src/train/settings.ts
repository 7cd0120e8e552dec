import * as z from "zod";
import { positiveInteger, wholeNumber } from "../common/settings.ts";

/** One training: its length, its seed and how often it looks up. */
export const trainingSettings = z.strictObject({
  maxIterations: positiveInteger.default(20_000),
  seed: wholeNumber.default(0),
  /** Threads of the engine; 0: the machine's cores. Their number can change the last bits of results. */
  threads: wholeNumber.default(0),
  /** Iterations between validations; 0: once an epoch. */
  validateEvery: wholeNumber.default(0),
  /** Iterations between entries in the history. */
  logEvery: positiveInteger.default(100),
  /** Iterations between checkpoints; 0: only at the end. */
  checkpointEvery: wholeNumber.default(1000),
  /** Validations without improvement after which training stops and restores the best parameters; 0: never. */
  patience: wholeNumber.default(0),
});

export type TrainingSettings = z.output<typeof trainingSettings>;
export type TrainingSettingsInput = z.input<typeof trainingSettings>;
