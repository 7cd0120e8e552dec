import * as z from "zod";
import { positive, positiveInteger } from "../../common/settings.ts";
import { CATEGORY_ENCODINGS } from "../../nn/distributions/categorical.ts";
import { LIBRARY_SIZES } from "../../nn/distributions/counts.ts";
import { LIKELIHOODS, type Likelihood } from "../../nn/distributions/likelihood.ts";
import type { MixedColumn } from "../../nn/distributions/mixed.ts";
import { LEARNED_SCALES } from "../../nn/distributions/scale.ts";
import type { ModelConfig } from "../config.ts";
import { ENCODER_INPUTS } from "../encoder-input.ts";
import { degreesOfFreedom, scale, uncalibratedScale } from "../likelihood-settings.ts";
import { type PosteriorFamily, posteriors } from "../posteriors.ts";
import { type Prior, priors } from "../priors.ts";
import type { Fields, Variants } from "./exhaustive.ts";
import { layerSchema, layersSchema } from "./layers.ts";

const columns = {
  real: { kind: z.literal("real"), center: z.number(), spread: positive },
  binary: { kind: z.literal("binary") },
  count: { kind: z.literal("count"), scale: positive },
  categorical: { kind: z.literal("categorical"), classes: positiveInteger },
} satisfies { readonly [K in MixedColumn["kind"]]: Fields<Extract<MixedColumn, { kind: K }>> };

const column: z.ZodType<MixedColumn> = z.discriminatedUnion(
  "kind",
  [
    z.strictObject(columns.real),
    z.strictObject(columns.binary),
    z.strictObject(columns.count),
    z.strictObject(columns.categorical),
  ],
  { error: `one of ${Object.keys(columns).join(", ")}` },
);

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
  mixed: { type: z.literal("mixed"), columns: z.array(column).readonly() },
} satisfies Variants<Likelihood>;

export const inputShapeSchema = z.array(positiveInteger).min(1, "one dimension or more").readonly();

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
    z.strictObject(likelihoods.mixed),
  ],
  { error: `one of ${LIKELIHOODS.join(", ")}` },
);

const fields = {
  inputShape: inputShapeSchema,
  encoder: layersSchema,
  latent: positiveInteger,
  decoder: layersSchema,
  head: layerSchema.exactOptional(),
  likelihood,
  encoderInput: z.enum(ENCODER_INPUTS).exactOptional(),
  prior: (priors.schema as z.ZodType<Prior>).exactOptional(),
  posterior: (posteriors.schema as z.ZodType<PosteriorFamily>).exactOptional(),
  deterministic: z.boolean().exactOptional(),
} satisfies Fields<ModelConfig>;

/** A model's networks as they stand in a run's configuration. */
export const modelSchema = z
  .strictObject(fields)
  .refine(({ posterior, deterministic }) => !deterministic || !posterior || posterior.type === "point", {
    path: ["posterior"],
    error: "point, or absent, in a deterministic model",
  });
