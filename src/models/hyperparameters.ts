import * as z from "zod";
import {
  fraction,
  notNegative,
  positive,
  positiveInteger,
  probability,
  wholeNumber,
} from "../common/settings.ts";
import { ACTIVATIONS } from "../nn/activations.ts";
import { CATEGORY_ENCODINGS } from "../nn/distributions/categorical.ts";
import { LIBRARY_SIZES } from "../nn/distributions/counts.ts";
import { LIKELIHOODS } from "../nn/distributions/likelihood.ts";
import { LEARNED_SCALES } from "../nn/distributions/scale.ts";
import { INITIALIZATIONS } from "../nn/initializers.ts";
import { NORMALIZATIONS } from "./architecture.ts";
import { degreesOfFreedom, scale } from "./likelihood-settings.ts";
import { OBJECTIVES } from "./objective.ts";

/** The essay's HYPERPARAMETERS and their kin: how the networks are made and how they are optimised. */
export const hyperparameters = z.strictObject({
  /** Examples a step. */
  batchSize: positiveInteger.default(128),
  learningRate: positive.default(1e-3),
  /** How the learning rate moves: not at all, down half a cosine to 0, or times `learningRateDecay` every so often. */
  schedule: z.enum(["constant", "cosine", "step"]).default("constant"),
  /** Iterations over which the learning rate rises from 0. */
  learningRateWarmup: wholeNumber.default(0),
  /** With `schedule: "step"`: iterations between drops. */
  learningRateStep: positiveInteger.default(10_000),
  /** With `schedule: "step"`: the factor of each drop. */
  learningRateDecay: positive.default(0.1),
  /** `adam` (Kingma & Ba 2015), `adamw` (Loshchilov & Hutter 2019) or `sgd` with momentum. */
  optimizer: z.enum(["adam", "adamw", "sgd"]).default("adam"),
  /** With `adam` and `adamw`: added to √v̂, so that weights whose gradients are well below it move little; 1e-30 or more. */
  epsilon: z
    .number({ error: "a number of 1e-30 or more" })
    .min(1e-30, { error: "a number of 1e-30 or more" })
    .default(1e-8),
  /** With `optimizer: "sgd"`. */
  momentum: fraction.default(0.9),
  /** With `optimizer: "adamw"`: decoupled weight decay. */
  weightDecay: notNegative.default(1e-2),
  /** Weight on ½‖W‖², weights only. */
  l2: notNegative.default(0),
  /** Each gradient value is clipped to ± this, unless `clipNorm` is set. */
  clipValue: positive.default(5),
  /** The gradient as a whole is scaled down to this norm; 0: clip by value instead. */
  clipNorm: notNegative.default(0),
  /** Probability of keeping a hidden unit while training. */
  keepProbability: probability.default(1),
  activation: z.enum(ACTIVATIONS).default("elu"),
  normalization: z.enum(NORMALIZATIONS).default("none"),
  initialization: z.enum(INITIALIZATIONS).default("he"),
  likelihood: z.enum(LIKELIHOODS).default("bernoulli"),
  /**
   * Spread of `gaussian` (σ), `laplace` (b) and `student-t` (s): fixed; `calibrated` to the error; learned, one for all
   * values or one for each; or an output of the `decoder`.
   */
  sigma: scale.default(1),
  /** With `likelihood: "student-t"`: fixed, or one learned for all values. */
  degreesOfFreedom: degreesOfFreedom.default(5),
  /** With `likelihood: "discretized-logistic"`: one learned for all values or one for each, or from the `decoder`. */
  logisticScale: z.enum(LEARNED_SCALES).default("decoder"),
  /**
   * Where the inverse dispersion θ of negative binomials comes from: learned, one for all values or one for each, or an
   * output of the `decoder`.
   */
  dispersion: z.enum(LEARNED_SCALES).default("perDimension"),
  /**
   * Means of counts: ℓ·softmax of the decoder's output, with each row's own sum ℓ (`observed`), or its softplus
   * (`none`). `auto`: `observed` for `zero-inflated-negative-binomial`, as scVI has it.
   */
  librarySize: z.enum(["auto", ...LIBRARY_SIZES]).default("auto"),
  /** With `likelihood: "categorical"`: of each value, or of each group of indicators; 0: what the training data show. */
  classes: wholeNumber.default(0),
  /** With `likelihood: "categorical"`: values are class indices, or rows are groups of 0/1 indicators. */
  categories: z.enum(CATEGORY_ENCODINGS).default("index"),
  /** What the encoder is given: `auto`: ln(1 + x) of counts and indicators of classes; `values`: x as it is. */
  encoderInput: z.enum(["auto", "values"]).default("auto"),
  /** Components, with `likelihood: "discretized-logistic-mixture"`. */
  mixtures: positiveInteger.default(5),
  /**
   * What training maximises: the ELBO, or with `latentSamples` k > 1 the importance-weighted bound, with its plain
   * gradient (`iwae`) or the doubly reparameterised one (`dreg`).
   */
  objective: z.enum(OBJECTIVES).default("elbo"),
  /** Weight of the KL term. */
  beta: notNegative.default(1),
  /** Iterations over which that weight rises linearly from 0. */
  klWarmup: wholeNumber.default(0),
  /** The KL weight rises anew so many times, at equal distances over the training; 0: not in cycles. */
  klCycles: wholeNumber.default(0),
  /** With `klCycles`: the part of each cycle over which the weight rises. */
  klCycleRise: probability.default(0.5),
  /** Nats of KL that each latent dimension has free of charge, averaged over the batch. */
  freeBits: notNegative.default(0),
  /** Nats of KL that training aims at, instead of as few as possible; 0: no aim. */
  capacity: notNegative.default(0),
  /** Iterations over which that aim rises linearly from 0. */
  capacityWarmup: wholeNumber.default(0),
  /** Draws of z for each example in a step: the k of importance-weighted bounds. */
  latentSamples: positiveInteger.default(1),
  /** Trains a plain autoencoder with the same networks: no noise in the latent space, no KL term. */
  deterministic: z.boolean({ error: "true or false" }).default(false),
  /** Pixels become 0 or 1 at random, with their value as the probability: `once` for each example, or `always` anew. */
  binarize: z.enum(["never", "once", "always"]).default("never"),
});

export type Hyperparameters = z.output<typeof hyperparameters>;
/** As written by a user: everything has a default. */
export type HyperparametersInput = z.input<typeof hyperparameters>;
