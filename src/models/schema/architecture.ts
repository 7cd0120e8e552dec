import * as z from "zod";
import { namesGiven } from "../../common/setting-names.ts";
import { positiveInteger, readonlyList, section, wholeNumber } from "../../common/settings.ts";
import { UPSAMPLINGS } from "../mirror.ts";
import { layersSchema } from "./layers.ts";
import { inputShapeSchema } from "./model.ts";

const integers = z.array(positiveInteger, { error: "a list of positive integers" });
const sizes = readonlyList(integers.min(2, "the sizes of two layers or more"));

const shown = section("Model");
const upsampling = shown(z.enum(UPSAMPLINGS).default("transposed"), "name", "how the decoder grows");

/** Strided convolutions, then dense layers, and a decoder that mirrors them; layer types come from hyperparameters. */
export const convolutionalArchitecture = z.strictObject({
  network: z.literal("conv"),
  /** Of one example: [height, width, channels], [length, channels] or [length]. */
  inputShape: inputShapeSchema.refine(({ length }) => length <= 3, {
    error: "[height, width, channels], [length, channels] or [length]",
  }),
  channels: shown(
    readonlyList(integers.min(1, "the channels of one convolution or more")).default([32, 64]),
    "list",
    "channels of the convolutions, one after the other",
  ),
  kernel: shown(positiveInteger.default(4), "n", "side of the kernels"),
  stride: shown(
    positiveInteger.default(2),
    "n",
    "each convolution reduces images or sequences by this factor",
  ),
  residualBlocks: shown(wholeNumber.default(0), "n", "residual blocks after each convolution"),
  /** Sizes of the dense layers between the convolutions and the latent space. */
  hidden: readonlyList(integers).default([256]),
  /** Dimensions of z. */
  latent: positiveInteger,
  upsampling,
});

/** Networks layer by layer. */
export const layeredArchitecture = z.strictObject({
  /** Of one example; a row is its values in row-major order. */
  inputShape: inputShapeSchema,
  /** Layers up to the posterior's head, which is added. */
  encoder: layersSchema,
  /** Dimensions of z. */
  latent: positiveInteger,
  /** Layers from z to the data, or the encoder's in reverse, their sizes worked out. */
  decoder: z
    .union([z.literal("mirror"), layersSchema], { error: "a list of layers, or mirror" })
    .default("mirror"),
  /** How a mirrored decoder grows. */
  upsampling,
});

namesGiven(
  "part of the architecture",
  Object.keys({ ...convolutionalArchitecture.shape, ...layeredArchitecture.shape }),
  (name) => `new VAE({ …, ${name} })`,
);

/** Sizes of dense layers from the data to the latent space, and from there to the data. */
export const encoderAndDecoder = z.strictObject({ encoder: sizes, decoder: sizes });

/** Values of a row, units of the hidden layers, dimensions of z; the decoder's sizes too if it does not mirror. */
const denseArchitecture = z.union([sizes, encoderAndDecoder]);

export const architectureSchema = z.union(
  [denseArchitecture, convolutionalArchitecture, layeredArchitecture],
  { error: "sizes of layers, those of encoder and decoder, a convolutional network, or layers" },
);
