import * as z from "zod";
import type { ModelConfig } from "../models/config.ts";
import { ACTIVATIONS } from "../nn/activations.ts";
import { LIKELIHOODS, type Likelihood } from "../nn/distributions/likelihood.ts";
import { INITIALIZATIONS } from "../nn/initializers.ts";
import type { Layer } from "../nn/layers.ts";
import { fraction, positive, positiveInteger, probability } from "../settings.ts";

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

const likelihoods = {
  bernoulli: { type: z.literal("bernoulli") },
  gaussian: {
    type: z.literal("gaussian"),
    scale: z.union([positive, z.enum(["shared", "perDimension"])], {
      error: "a number above 0, shared or perDimension",
    }),
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
  [z.strictObject(likelihoods.bernoulli), z.strictObject(likelihoods.gaussian)],
  { error: `one of ${LIKELIHOODS.join(", ")}` },
);

const fields = {
  inputShape: z.array(positiveInteger).min(1, "one dimension or more").readonly(),
  encoder: z.array(layer).readonly(),
  latent: positiveInteger,
  decoder: z.array(layer).readonly(),
  likelihood,
  deterministic: z.boolean().exactOptional(),
} satisfies Fields<ModelConfig>;

/** A model's networks as they stand in a run's configuration. */
export const modelSchema = z.strictObject(fields);
