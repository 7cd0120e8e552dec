import { ConfigError } from "../common/errors.ts";
import type { ActivationName } from "../nn/activations.ts";
import type { Initialization } from "../nn/initializers.ts";
import type { Layer } from "../nn/layers.ts";

export const NORMALIZATIONS = ["none", "batch", "layer", "group"] as const;

export interface HiddenStyle {
  readonly activation: ActivationName;
  /** Probability of keeping a hidden unit while training, in (0, 1]. */
  readonly keepProbability: number;
  readonly normalization: (typeof NORMALIZATIONS)[number];
  readonly initialization: Initialization;
}

/** Dense hidden layers of these sizes: linear, normalisation if any, activation, dropout if any. */
export function hiddenLayers(sizes: readonly number[], style: HiddenStyle): Layer[] {
  return sizes.flatMap((units): Layer[] => [
    { type: "dense", units, initialization: style.initialization },
    ...normalized(units, style),
    ...dropped(style),
  ]);
}

/** What makes a convolutional encoder, beside the style of its hidden layers. */
interface ConvolutionalShape {
  /** Of one example: [height, width, channels], [length, channels] or [length]. */
  readonly inputShape: readonly number[];
  /** Of the convolutions, one after the other. */
  readonly channels: readonly number[];
  readonly kernel: number;
  readonly stride: number;
  /** After each convolution. */
  readonly residualBlocks: number;
  /** Sizes of the dense layers between the convolutions and the latent space. */
  readonly hidden: readonly number[];
}

/**
 * Strided convolutions, each followed by residual blocks if any, then dense layers: an encoder up to its head.
 * @throws {ConfigError} for a kernel longer than a side of an example: most of it would only ever see padding
 */
export function convolutionalLayers(shape: ConvolutionalShape, style: HiddenStyle): Layer[] {
  const { inputShape, kernel, stride, residualBlocks, hidden } = shape;
  const shortest = Math.min(...inputShape.slice(0, Math.max(1, inputShape.length - 1)));
  if (kernel > shortest)
    throw new ConfigError(
      `kernel is ${kernel}: it must be at most ${shortest}, the shortest side of an example`,
    );
  const type = inputShape.length === 3 ? "conv2d" : "conv1d";
  const { initialization } = style;
  const blocks = shape.channels.flatMap((channels): Layer[] => [
    { type, channels, kernel, stride, initialization },
    ...Array.from({ length: residualBlocks }, () => residualBlock(type, channels, style)),
    ...normalized(channels, style),
    ...dropped(style),
  ]);
  return [...blocks, ...hiddenLayers(hidden, style)];
}

const RESIDUAL_KERNEL = 3;

/** Normalisation and activation before each of two convolutions ("pre-activation": He et al. 2016b, figure 1b). */
function residualBlock(type: "conv1d" | "conv2d", channels: number, style: HiddenStyle): Layer {
  const { initialization } = style;
  const convolution: Layer = { type, channels, kernel: RESIDUAL_KERNEL, initialization };
  const half = [...normalized(channels, style), convolution];
  return { type: "residual", layers: [...half, ...half] };
}

function normalized(channels: number, { activation, normalization }: HiddenStyle): Layer[] {
  const nonlinear: Layer = { type: "activation", activation };
  switch (normalization) {
    case "none":
      return [nonlinear];
    case "group":
      return [{ type: "groupNorm", groups: groupsOf(channels) }, nonlinear];
    default:
      return [{ type: `${normalization}Norm` }, nonlinear];
  }
}

function dropped({ keepProbability }: HiddenStyle): Layer[] {
  return keepProbability === 1 ? [] : [{ type: "dropout", keepProbability }];
}

const CHANNELS_IN_A_GROUP = 16;

/** As many groups as leave 16 channels or more in each (Wu & He 2018, table 3), but one at least. */
function groupsOf(channels: number): number {
  for (let groups = Math.floor(channels / CHANNELS_IN_A_GROUP); groups > 1; groups--)
    if (channels % groups === 0) return groups;
  return 1;
}
