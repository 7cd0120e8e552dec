import * as z from "zod";
import type { Fields } from "../../common/exhaustive.ts";
import { positiveInteger, readonlyList } from "../../common/settings.ts";
import {
  LIKELIHOODS,
  type Likelihood,
  type LikelihoodName,
  ruleOf,
} from "../../nn/distributions/likelihood.ts";
import { conditionSchema } from "../condition.ts";
import type { ModelConfig } from "../config.ts";
import { ENCODER_INPUTS } from "../encoder-input.ts";
import { missingSchema } from "../missing.ts";
import { type PosteriorFamily, posteriors } from "../posteriors.ts";
import { type Prior, priors } from "../priors.ts";
import { layerSchema, layersSchema } from "./layers.ts";

export const inputShapeSchema = readonlyList(
  z.array(positiveInteger, { error: "a list of positive integers" }).min(1, "one dimension or more"),
);

/** One object for each likelihood: its type, and the fields that its rule describes. */
const likelihood = z.discriminatedUnion(
  "type",
  LIKELIHOODS.map((type) => z.strictObject({ type: z.literal(type), ...ruleOf({ type }).fields })) as [
    z.ZodObject<{ type: z.ZodLiteral<LikelihoodName> }>,
  ],
  { error: `one of ${LIKELIHOODS.join(", ")}` },
) as unknown as z.ZodType<Likelihood>;

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
  missing: missingSchema.exactOptional(),
  condition: conditionSchema.exactOptional(),
  deterministic: z.boolean().exactOptional(),
} satisfies Fields<ModelConfig>;

/** A model's networks as they stand in a run's configuration. */
export const modelSchema = z
  .strictObject(fields)
  .refine(({ posterior, deterministic }) => !deterministic || !posterior || posterior.type === "point", {
    path: ["posterior"],
    error: "point, or absent, in a deterministic model",
  });
