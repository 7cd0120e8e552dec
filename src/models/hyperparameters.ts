import * as z from "zod";
import { namesGiven } from "../common/setting-names.ts";
import {
  notNegative,
  notTiny,
  positive,
  positiveInteger,
  probability,
  section,
  wholeNumber,
} from "../common/settings.ts";
import { ACTIVATIONS } from "../nn/activations.ts";
import { INITIALIZATIONS } from "../nn/initializers.ts";
import { NORMALIZATIONS } from "./architecture.ts";
import { conditionField } from "./condition.ts";
import { corruptions, denoiseField } from "./denoise.ts";
import type { HyperparametersInput } from "./hyperparameters-input.ts";
import { LIKELIHOOD, type LikelihoodInput } from "./likelihood-setting.ts";
import { type Nested, nested, nestedWhereUsed } from "./nested-settings.ts";
import { OBJECTIVES } from "./objective.ts";
import { OPTIMIZER, type OptimizerInput, SCHEDULE, type ScheduleInput } from "./optimizer-setting.ts";
import { penalties, penaltyField } from "./penalties.ts";
import { posteriorField, posteriors } from "./posteriors.ts";
import { priorField, priors } from "./priors.ts";

export type { HyperparametersInput } from "./hyperparameters-input.ts";

const model = section("Model");
const loss = section("Loss");
const optimisation = section("Optimisation");

const OUTPUT_BIASES = ["data", "zero"] as const;

/** Hyperparameters one by one. What each means stands in {@link HyperparametersInput}. */
export const hyperparameterFields = z.strictObject({
  batchSize: optimisation(positiveInteger.default(128), "n", "examples a step"),
  learningRate: optimisation(positive.default(1e-3), "rate", "length of a step"),
  schedule: optimisation(
    z.custom<ScheduleInput>().default("constant"),
    "name",
    "how the learning rate changes",
  ),
  learningRateWarmup: optimisation(
    wholeNumber.default(0),
    "n",
    "iterations over which the learning rate rises from 0",
  ),
  ...SCHEDULE.flatFields(),
  optimizer: optimisation(z.custom<OptimizerInput>().default("adam"), "name", "how gradients become steps"),
  ...OPTIMIZER.flatFields(),
  l2: loss(notNegative.default(0), "weight", "weight on ½‖W‖², weights only"),
  clipValue: optimisation(
    notTiny.default(5),
    "limit",
    "each gradient value is clipped to ± this, unless --clip-norm is given",
  ),
  clipNorm: optimisation(
    notNegative.default(0),
    "limit",
    "the whole gradient is scaled down to this norm; 0: clip by value",
  ),
  keepProbability: model(probability.default(1), "p", "probability of keeping a hidden unit while training"),
  activation: model(z.enum(ACTIVATIONS).default("elu"), "name", "nonlinearity of hidden layers"),
  normalization: model(z.enum(NORMALIZATIONS).default("none"), "name", "normalisation of hidden layers"),
  initialization: model(z.enum(INITIALIZATIONS).default("he"), "name", "how weights begin"),
  outputBias: model(
    z.enum(OUTPUT_BIASES).default("data"),
    "name",
    "what the decoder's output begins at: the mean of the data, or 0",
  ),
  likelihood: model(
    z.custom<LikelihoodInput>().default("bernoulli"),
    "name",
    "distribution of data given a latent point",
  ),
  ...LIKELIHOOD.flatFields(),
  prior: model(
    priorField.optional(),
    "name",
    `p(z): ${priors.types.join(", ")}; with settings as in vamp:components=100`,
  ),
  posterior: model(
    posteriorField.optional(),
    "name",
    `family of q(z|x): ${posteriors.types.join(", ")}; with settings as in iaf:steps=2`,
  ),
  condition: model(
    conditionField.optional(),
    "name",
    "labels: tell encoder and decoder the class; or where, as in labels:into=decoder+prior",
  ),
  encoderInput: model(
    z.enum(["auto", "values", "normalized"]).default("auto"),
    "name",
    "ln(1 + x) of counts and indicators of classes, the values, or ln(1 + x) of counts scaled to one sum",
  ),
  missing: model(
    z.enum(["auto", "fill", "indicate"]).default("auto"),
    "how",
    "rows may miss values, which are filled for the encoder; indicate: and it is told which",
  ),
  objective: loss(
    z.enum(OBJECTIVES).default("elbo"),
    "name",
    "what training maximises; iwae and dreg need --latent-samples above 1",
  ),
  beta: loss(notNegative.default(1), "weight", "weight of the KL term"),
  klWarmup: loss(wholeNumber.default(0), "n", "iterations over which that weight rises from 0"),
  klCycles: loss(wholeNumber.default(0), "n", "number of times that the weight rises from 0"),
  klCycleRise: loss(probability.default(0.5), "part", "part of each cycle over which it rises"),
  freeBits: loss(notNegative.default(0), "nats", "KL that each latent dimension has free of charge"),
  capacity: loss(notNegative.default(0), "nats", "target value of the KL; 0: none"),
  capacityWarmup: loss(wholeNumber.default(0), "n", "iterations over which that target rises from 0"),
  denoise: loss(
    denoiseField.optional(),
    "name",
    `in training the encoder is shown corrupted values: ${corruptions.types.join(", ")}; with settings as in mask:share=0.5`,
  ),
  penalty: loss(
    penaltyField.optional(),
    "name",
    `further term: ${penalties.types.join(", ")}; with settings as in mmd:weight=100`,
  ),
  latentSamples: loss(positiveInteger.default(1), "n", "draws of z for each example in a step"),
  deterministic: model(
    z.boolean({ error: "true or false" }).default(false),
    undefined,
    "train a plain autoencoder with the same networks: no noise, no KL term",
  ),
  binarize: model(
    z.enum(["never", "once", "always"]).default("never"),
    "when",
    "make pixels 0 or 1 at random, by their value",
  ),
});

namesGiven(
  "a hyperparameter",
  Object.keys(hyperparameterFields.shape),
  (name) => `new VAE(architecture, { ${name} })`,
);

/** Hyperparameters, checked: those of a likelihood, an optimizer or a schedule stand inside it. */
export const hyperparameters: z.ZodType<Hyperparameters, HyperparametersInput> =
  hyperparameterFields.transform(nested);

/** Hyperparameters as a run's configuration has them: flat, and with an output that begins at 0, in runs of version 0.1. */
export const storedHyperparameters: z.ZodType<Hyperparameters, HyperparametersInput> = hyperparameterFields
  .extend({ outputBias: z.enum(OUTPUT_BIASES).default("zero") })
  .transform(nestedWhereUsed);

/** Every hyperparameter, complete; {@link HyperparametersInput} says what each means. */
export type Hyperparameters = Nested<z.output<typeof hyperparameterFields>>;
