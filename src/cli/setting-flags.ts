import * as z from "zod";
import { ConfigError, NumericalError, RunError } from "../common/errors.ts";
import { flagName } from "../common/format.ts";
import { type HyperparametersInput, hyperparameters } from "../models/hyperparameters.ts";
import { type TrainingSettingsInput, trainingSettings } from "../train/settings.ts";
import type { Flag } from "./flags.ts";

/** How a setting is shown in the help: the name of its value (none: a switch), what it is, and under which heading. */
type Shown = readonly [placeholder: string | undefined, about: string, group: string];

const MODEL = "Model";
const LOSS = "Loss";
const OPTIMISATION = "Optimisation";
const COURSE = "Course of the training";

/** Flags of all hyperparameters, each named as its setting: `keepProbability` is `--keep-probability`. */
const HYPERPARAMETERS = {
  batchSize: ["n", "examples a step", OPTIMISATION],
  learningRate: ["rate", "length of a step", OPTIMISATION],
  schedule: ["name", "how the learning rate moves", OPTIMISATION],
  learningRateWarmup: ["n", "iterations over which the learning rate rises from 0", OPTIMISATION],
  learningRateStep: ["n", "iterations between drops, with --schedule step", OPTIMISATION],
  learningRateDecay: ["factor", "factor of each drop, with --schedule step", OPTIMISATION],
  optimizer: ["name", "how gradients become steps", OPTIMISATION],
  epsilon: ["ε", "of adam and adamw: gradients well below it move their weights little", OPTIMISATION],
  momentum: ["m", "momentum, with --optimizer sgd", OPTIMISATION],
  weightDecay: ["weight", "decoupled weight decay, with --optimizer adamw", OPTIMISATION],
  l2: ["weight", "weight on ½‖W‖², weights only", LOSS],
  clipValue: ["limit", "each gradient value is clipped to ± this, unless --clip-norm is given", OPTIMISATION],
  clipNorm: ["limit", "the whole gradient is scaled down to this norm; 0: clip by value", OPTIMISATION],
  keepProbability: ["p", "probability of keeping a hidden unit while training", MODEL],
  activation: ["name", "nonlinearity of hidden layers", MODEL],
  normalization: ["name", "normalisation of hidden layers", MODEL],
  initialization: ["name", "how weights begin", MODEL],
  likelihood: ["name", "distribution of data given a latent point", MODEL],
  sigma: ["σ", "spread of gaussian, laplace and student-t", MODEL],
  degreesOfFreedom: ["ν", "with --likelihood student-t: fixed or learned", MODEL],
  logisticScale: ["name", "with --likelihood discretized-logistic: where its spread comes from", MODEL],
  mixtures: ["n", "with --likelihood discretized-logistic-mixture: components of each value", MODEL],
  dispersion: ["name", "of negative binomials: where θ comes from", MODEL],
  librarySize: ["name", "means of counts: parts of each row's own sum, or free of it", MODEL],
  classes: ["n", "with --likelihood categorical; 0: as many as the data have", MODEL],
  categories: ["name", "with --likelihood categorical: class indices, or groups of 0/1 indicators", MODEL],
  encoderInput: ["name", "ln(1 + x) of counts and indicators of classes, or the values", MODEL],
  beta: ["weight", "weight of the KL term", LOSS],
  objective: ["name", "what training maximises; iwae and dreg need --latent-samples above 1", LOSS],
  klWarmup: ["n", "iterations over which that weight rises from 0", LOSS],
  klCycles: ["n", "the weight rises from 0 anew so many times", LOSS],
  klCycleRise: ["part", "part of each cycle over which it rises", LOSS],
  freeBits: ["nats", "KL that each latent dimension has free of charge", LOSS],
  capacity: ["nats", "KL to aim at, instead of as little as possible", LOSS],
  capacityWarmup: ["n", "iterations over which that aim rises from 0", LOSS],
  latentSamples: ["n", "draws of z for each example in a step", LOSS],
  deterministic: [undefined, "train a plain autoencoder with the same networks: no noise, no KL term", MODEL],
  binarize: ["when", "make pixels 0 or 1 at random, by their value", MODEL],
} as const satisfies Record<keyof HyperparametersInput, Shown>;

/** Flags of one training's settings. */
const TRAINING = {
  maxIterations: ["n", "length of the training", COURSE],
  seed: ["n", "of all randomness; the same seed repeats the run exactly", COURSE],
  threads: ["n", "threads of the engine; 0: the machine's cores", COURSE],
  validateEvery: ["n", "iterations between validations; 0: once an epoch", COURSE],
  logEvery: ["n", "iterations between entries in history.jsonl", COURSE],
  checkpointEvery: ["n", "iterations between checkpoints; 0: only at the end", COURSE],
  patience: ["n", "stop after so many validations without improvement, and keep the best; 0: never", COURSE],
} as const satisfies Record<keyof TrainingSettingsInput, Shown>;

export const hyperparameterFlags = flagsOf(HYPERPARAMETERS, hyperparameters.shape);
export const trainingFlags = flagsOf(TRAINING, trainingSettings.shape);

/** Hyperparameters that were given; the others are left to their defaults, or to the run that goes on. */
export function givenHyperparameters(input: HyperparametersInput): HyperparametersInput {
  return given(input, Object.keys(HYPERPARAMETERS));
}

/** Training settings that were given. */
export function givenTrainingSettings(input: TrainingSettingsInput): TrainingSettingsInput {
  return given(input, Object.keys(TRAINING));
}

const NAMING_SETTINGS = [ConfigError, RunError, NumericalError];

/** Does work whose complaints name settings, and makes them name flags, as the user typed them. */
export async function namingFlags<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const SameError = NAMING_SETTINGS.find((kind) => error instanceof kind);
    if (!SameError) throw error;
    throw new SameError(inFlags((error as Error).message), { cause: error });
  }
}

/** Replaces names of settings that cannot be mistaken for words: `learningRate`, and `beta` where it begins a sentence. */
function inFlags(message: string): string {
  const names = ["architecture", "scale", ...Object.keys(HYPERPARAMETERS), ...Object.keys(TRAINING)];
  return names.reduce((text, name) => {
    const pattern = /[A-Z\d]/.test(name) ? new RegExp(`\\b${name}\\b`, "g") : new RegExp(`^${name}(?= is )`);
    return text.replace(pattern, flagName(name));
  }, message);
}

function given<T extends object>(input: T, keys: readonly string[]): T {
  return Object.fromEntries(
    Object.entries(input).filter(([key, value]) => keys.includes(key) && value !== undefined),
  ) as T;
}

type SettingFlags<S> = {
  readonly [K in keyof S]: Flag<
    S[K] extends z.ZodDefault<infer T extends z.ZodType> ? z.ZodOptional<T> : never
  >;
};

/** Settings keep their own defaults, so that a flag that was not given can be told from one that was. */
function flagsOf<S extends Record<string, z.ZodDefault>>(
  shown: Readonly<Record<keyof S & string, Shown>>,
  schemas: S,
): SettingFlags<S> {
  const flags = Object.entries(shown).map(([key, [placeholder, about, group]]) => {
    const schema = schemas[key]!;
    const inner = schema.unwrap() as z.ZodType;
    return [
      key,
      {
        ...(placeholder && { placeholder }),
        about,
        group,
        schema: z.optional(inner),
        fallback: schema.def.defaultValue,
      },
    ];
  });
  return Object.fromEntries(flags);
}
