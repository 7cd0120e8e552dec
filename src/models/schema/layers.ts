import * as z from "zod";
import type { Variants } from "../../common/exhaustive.ts";
import { fraction, positiveInteger, probability, readonlyList, wholeNumber } from "../../common/settings.ts";
import { ACTIVATIONS } from "../../nn/activations.ts";
import { INITIALIZATIONS } from "../../nn/initializers.ts";
import { INTERPOLATIONS } from "../../nn/layers/upsample.ts";
import type { Layer } from "../../nn/layers.ts";

const perAxis = z.union([positiveInteger, readonlyList(z.array(positiveInteger))], {
  error: "a positive integer, or one for each axis",
});

const convolution = {
  channels: positiveInteger,
  kernel: perAxis,
  stride: perAxis.exactOptional(),
  padding: z
    .union([z.enum(["same", "valid"]), wholeNumber], { error: "same, valid or a whole number" })
    .exactOptional(),
  dilation: perAxis.exactOptional(),
  initialization: z.enum(INITIALIZATIONS).exactOptional(),
};

const transposedConvolution = { ...convolution, size: perAxis.exactOptional() };

const pool = { size: perAxis, stride: perAxis.exactOptional(), padding: convolution.padding };

const layers = {
  dense: {
    type: z.literal("dense"),
    units: positiveInteger,
    initialization: z.enum(INITIALIZATIONS).exactOptional(),
  },
  conv2d: { type: z.literal("conv2d"), ...convolution },
  convTranspose2d: { type: z.literal("convTranspose2d"), ...transposedConvolution },
  conv1d: { type: z.literal("conv1d"), ...convolution },
  convTranspose1d: { type: z.literal("convTranspose1d"), ...transposedConvolution },
  maxPool: { type: z.literal("maxPool"), ...pool },
  averagePool: { type: z.literal("averagePool"), ...pool },
  upsample: {
    type: z.literal("upsample"),
    factor: perAxis.exactOptional(),
    size: perAxis.exactOptional(),
    mode: z.enum(INTERPOLATIONS).exactOptional(),
  },
  flatten: { type: z.literal("flatten") },
  reshape: {
    type: z.literal("reshape"),
    shape: readonlyList(z.array(positiveInteger).min(1, "one dimension or more")),
  },
  residual: {
    type: z.literal("residual"),
    layers: z.lazy((): z.ZodType<readonly Layer[]> => layersSchema),
  },
  activation: { type: z.literal("activation"), activation: z.enum(ACTIVATIONS) },
  dropout: { type: z.literal("dropout"), keepProbability: probability },
  batchNorm: { type: z.literal("batchNorm"), momentum: fraction.exactOptional() },
  layerNorm: { type: z.literal("layerNorm") },
  groupNorm: { type: z.literal("groupNorm"), groups: positiveInteger },
} satisfies Variants<Layer>;

/** A layer as it stands in a run's configuration. */
export const layerSchema = z.discriminatedUnion(
  "type",
  Object.values(layers).map((fields) => z.strictObject(fields)) as [z.ZodObject<typeof layers.dense>],
  { error: `one of ${Object.keys(layers).join(", ")}` },
) as unknown as z.ZodType<Layer>;

export const layersSchema: z.ZodType<readonly Layer[]> = readonlyList(
  z.array(layerSchema, { error: "a list of layers" }),
);
