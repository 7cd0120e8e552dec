import * as z from "zod";
import { namesGiven } from "../common/setting-names.ts";
import { positiveInteger, section, wholeNumber } from "../common/settings.ts";

const course = section("Course of the training");

/** Settings of a training: length, seed, and the intervals of validation, log and checkpoints. */
export interface TrainingSettingsInput {
  /**
   * Steps of the optimizer, 1 or more. Default 20,000; of fewer than 10,000 rows, where neither epochs nor patience is given,
   * patience 20 in validations at least 50 steps apart, or 500 passes, 2,000 to 20,000 steps, without validation data.
   */
  readonly maxIterations?: number | undefined;
  /** Of all randomness, a whole number: the same seed repeats the training exactly. Default 0. */
  readonly seed?: number | undefined;
  /** Threads of the engine; 0, the default: the machine's cores. Their number can change the last bits of results. */
  readonly threads?: number | undefined;
  /** Iterations between validations; 0, the default: once an epoch. */
  readonly validateEvery?: number | undefined;
  /** Iterations between entries in the history, 1 or more. Default 100; fewer in a training of under 5,000, for 50 entries. */
  readonly logEvery?: number | undefined;
  /** Iterations between checkpoints; 0: none by iterations. Default 1,000. */
  readonly checkpointEvery?: number | undefined;
  /** Seconds between checkpoints, whatever the iterations; 0: none by time. Default 60. One comes at the end in any case. */
  readonly checkpointSeconds?: number | undefined;
  /** Validations without improvement after which training stops and restores the best parameters; 0, the default: never. */
  readonly patience?: number | undefined;
}

/** What each means stands in {@link TrainingSettingsInput}. */
export const trainingSettings = z.strictObject({
  maxIterations: course(positiveInteger.default(20_000), "n", "length of the training"),
  seed: course(wholeNumber.default(0), "n", "of all randomness; the same seed repeats the run exactly"),
  threads: course(wholeNumber.default(0), "n", "threads of the engine; 0: the machine's cores"),
  validateEvery: course(wholeNumber.default(0), "n", "iterations between validations; 0: once an epoch"),
  logEvery: course(
    positiveInteger.default(100),
    "n",
    "iterations between entries in history.jsonl; fewer in a training of under 5,000",
  ),
  checkpointEvery: course(
    wholeNumber.default(1000),
    "n",
    "iterations between checkpoints; 0: none but by time and at the end",
  ),
  checkpointSeconds: course(
    wholeNumber.default(60),
    "s",
    "seconds between checkpoints, whatever the iterations; 0: none by time",
  ),
  patience: course(
    wholeNumber.default(0),
    "n",
    "stop after this many validations without improvement, and keep the best; 0: never",
  ),
});

namesGiven(
  "a setting of the training",
  [...Object.keys(trainingSettings.shape), "epochs", "validation"],
  (name) => `train(data, { ${name} })`,
);

/** Settings of a training, complete; {@link TrainingSettingsInput} says what each means. */
export type TrainingSettings = z.output<typeof trainingSettings>;
