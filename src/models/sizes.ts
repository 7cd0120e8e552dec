import type * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { valueText } from "../common/format.ts";
import { parseSettings } from "../common/settings.ts";
import { sizeOf } from "../graph/node.ts";
import { convolutionalArchitecture, encoderAndDecoder, layeredArchitecture } from "./schema/architecture.ts";

/**
 * Sizes of the layers from the data to the latent space, as in `[784, 500, 500, 50]`, whose decoder mirrors them unless
 * it is given too, from the latent space to the data; or a convolutional network; or networks layer by layer.
 */
export type Architecture = DenseArchitecture | ConvolutionalArchitecture | LayeredArchitecture;

/** Sizes of dense layers. */
export type DenseArchitecture =
  | readonly number[]
  | { readonly encoder: readonly number[]; readonly decoder: readonly number[] };

/** Strided convolutions of images [height, width, channels] or sequences [length, channels], and a decoder to mirror. */
export type ConvolutionalArchitecture = z.input<typeof convolutionalArchitecture>;

/**
 * Networks composed of layers: `encoder` from one example to what the posterior's dense head reads, `decoder` from the
 * latent space to the data, where a last dense layer or convolution that fits the data makes the likelihood's outputs and
 * otherwise one is added; or "mirror", which is the default.
 */
export type LayeredArchitecture = z.input<typeof layeredArchitecture>;

/** An architecture with all defaults filled in. */
export type CompleteArchitecture =
  | DenseArchitecture
  | z.output<typeof convolutionalArchitecture>
  | z.output<typeof layeredArchitecture>;

/** @throws {ConfigError} naming the first setting or layer that is not what it must be */
export function completeArchitecture(architecture: Architecture): CompleteArchitecture {
  if (Array.isArray(architecture)) return architecture;
  if (typeof architecture !== "object" || architecture === null)
    throw new ConfigError(
      `the architecture is ${valueText(architecture)}: it must be sizes as in [784, 500, 50], those of encoder and decoder, a convolutional network, or layers`,
    );
  if ("network" in architecture) return parseSettings(convolutionalArchitecture, architecture);
  return "latent" in architecture
    ? parseSettings(layeredArchitecture, architecture)
    : parseSettings(encoderAndDecoder, architecture);
}

export function isDense(architecture: Architecture): architecture is DenseArchitecture {
  return !("latent" in architecture);
}

/** Values of one example, as the architecture has it. */
export function inputSizeOf(architecture: Architecture): number {
  return isDense(architecture) ? sizesOf(architecture).encoder[0]! : sizeOf(architecture.inputShape);
}

/** Sizes from the data to the latent space, and back. @throws {ConfigError} when they are none, or do not meet */
export function sizesOf(architecture: DenseArchitecture): {
  encoder: readonly number[];
  decoder: readonly number[];
} {
  if (!("encoder" in architecture)) {
    checkSizes("architecture", architecture);
    return { encoder: architecture, decoder: [...architecture].reverse() };
  }
  const { encoder, decoder } = architecture;
  checkSizes("encoder", encoder);
  checkSizes("decoder", decoder);
  if (decoder[0] !== encoder.at(-1) || decoder.at(-1) !== encoder[0])
    throw new ConfigError(
      `the decoder goes from ${decoder[0]} to ${decoder.at(-1)}: it must go from the encoder's last size, ${encoder.at(-1)}, to its first, ${encoder[0]}`,
    );
  return { encoder, decoder };
}

function checkSizes(name: string, sizes: readonly number[]): void {
  if (sizes.length < 2)
    throw new ConfigError(
      `the ${name} is ${valueText(sizes)}: it must have at least two sizes, the data's and the latent space's`,
    );
  const wrong = sizes.findIndex((size) => !Number.isInteger(size) || size < 1);
  if (wrong >= 0)
    throw new ConfigError(
      `the ${name} has a layer of size ${valueText(sizes[wrong])}: sizes must be positive integers`,
    );
}

/** `784-500-500-50`; `conv 32-64, dense 256, latent 32`; for networks layer by layer how many there are. */
export function architectureText(architecture: CompleteArchitecture): string {
  if (isDense(architecture)) {
    if (!("encoder" in architecture)) return architecture.join("-");
    return `${architecture.encoder.join("-")} and ${architecture.decoder.join("-")}`;
  }
  const { latent } = architecture;
  if (!("network" in architecture)) return `${architecture.encoder.length} layers to ${latent}`;
  const { channels, kernel, stride, residualBlocks, hidden } = architecture;
  const parts = [
    `convolutions ${channels.join("-")} (kernel ${kernel}, stride ${stride})`,
    residualBlocks > 0 && `${residualBlocks} residual after each`,
    hidden.length > 0 && `dense ${hidden.join("-")}`,
    `latent ${latent}`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}
