import * as z from "zod";
import type { ModelConfig } from "../models/config.ts";
import { ENCODER_INPUTS } from "../models/encoder-input.ts";
import { ACTIVATIONS } from "../nn/activations.ts";
import { CATEGORY_ENCODINGS } from "../nn/distributions/categorical.ts";
import { LIBRARY_SIZES } from "../nn/distributions/counts.ts";
import { LIKELIHOODS, type Likelihood } from "../nn/distributions/likelihood.ts";
import { LEARNED_SCALES } from "../nn/distributions/scale.ts";
import { INITIALIZATIONS } from "../nn/initializers.ts";
import type { Layer } from "../nn/layers.ts";
import { fraction, positive, positiveInteger, probability } from "../settings.ts";
import { degreesOfFreedom, scale, uncalibratedScale } from "../train/likelihood-settings.ts";

/** One schema for each field of a type: a field that is missing here, or unknown there, does not compile. */
type Fields<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };
type Variants<T extends { readonly type: string }> = {
  readonly [K in T["type"]]: Fields<Extract<T, { readonly type: K }>>;
};

const layers = {
  dense: {
    type: z.literal("dense"),
    units: positiveInteger,
    initialization: z.enum(INITIALIZATIONS).exactOptional(),
  },
  activation: { type: z.literal("activation"), activation: z.enum(ACTIVATIONS) },
  dropout: { type: z.literal("dropout"), keepProbability: probability },
  batchNorm: { type: z.literal("batchNorm"), momentum: fraction.exactOptional() },
  layerNorm: { type: z.literal("layerNorm") },
} satisfies Variants<Layer>;

const countMean = { librarySize: z.enum(LIBRARY_SIZES), scale: positive.exactOptional() };
const dispersion = z.enum(LEARNED_SCALES);

const likelihoods = {
  bernoulli: { type: z.literal("bernoulli") },
  "continuous-bernoulli": { type: z.literal("continuous-bernoulli") },
  gaussian: {
    type: z.literal("gaussian"),
    scale,
  },
  laplace: { type: z.literal("laplace"), scale },
  "student-t": { type: z.literal("student-t"), scale: uncalibratedScale, degreesOfFreedom },
  "discretized-logistic": { type: z.literal("discretized-logistic"), scale: z.enum(LEARNED_SCALES) },
  "discretized-logistic-mixture": {
    type: z.literal("discretized-logistic-mixture"),
    components: positiveInteger,
  },
  poisson: { type: z.literal("poisson"), ...countMean },
  "negative-binomial": { type: z.literal("negative-binomial"), ...countMean, dispersion },
  "zero-inflated-negative-binomial": {
    type: z.literal("zero-inflated-negative-binomial"),
    ...countMean,
    dispersion,
  },
  categorical: {
    type: z.literal("categorical"),
    encoding: z.enum(CATEGORY_ENCODINGS),
    classes: positiveInteger.exactOptional(),
  },
} satisfies Variants<Likelihood>;

const layer: z.ZodType<Layer> = z.discriminatedUnion(
  "type",
  [
    z.strictObject(layers.dense),
    z.strictObject(layers.activation),
    z.strictObject(layers.dropout),
    z.strictObject(layers.batchNorm),
    z.strictObject(layers.layerNorm),
  ],
  { error: `one of ${Object.keys(layers).join(", ")}` },
);

const likelihood: z.ZodType<Likelihood> = z.discriminatedUnion(
  "type",
  [
    z.strictObject(likelihoods.bernoulli),
    z.strictObject(likelihoods["continuous-bernoulli"]),
    z.strictObject(likelihoods.gaussian),
    z.strictObject(likelihoods.laplace),
    z.strictObject(likelihoods["student-t"]),
    z.strictObject(likelihoods["discretized-logistic"]),
    z.strictObject(likelihoods["discretized-logistic-mixture"]),
    z.strictObject(likelihoods.poisson),
    z.strictObject(likelihoods["negative-binomial"]),
    z.strictObject(likelihoods["zero-inflated-negative-binomial"]),
    z.strictObject(likelihoods.categorical),
  ],
  { error: `one of ${LIKELIHOODS.join(", ")}` },
);

const fields = {
  inputShape: z.array(positiveInteger).min(1, "one dimension or more").readonly(),
  encoder: z.array(layer).readonly(),
  latent: positiveInteger,
  decoder: z.array(layer).readonly(),
  likelihood,
  encoderInput: z.enum(ENCODER_INPUTS).exactOptional(),
  deterministic: z.boolean().exactOptional(),
} satisfies Fields<ModelConfig>;

/** A model's networks as they stand in a run's configuration. */
export const modelSchema = z.strictObject(fields);
