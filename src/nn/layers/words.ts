/** Short constructors for layers; each layer is plain data, which a run directory stores. */
import type { ActivationName } from "../activations.ts";
import type { Layer, LayerOf, LayerType } from "../layers.ts";
import type { PerAxis } from "./places.ts";

type Options<T extends LayerType, K extends string> = Omit<LayerOf<T>, "type" | K>;

/** x·W + b on all values of an example, of any shape; returns a row of `units` values. */
export function dense(units: number, options: Options<"dense", "units"> = {}): Layer {
  return { type: "dense", units, ...options };
}

/** Convolution of images [height, width, channels]. With the default padding, `same`, sizes become ⌈size/stride⌉. */
export function conv2d(channels: number, options: Options<"conv2d", "channels">): Layer {
  return { type: "conv2d", channels, ...options };
}

/** Transposed convolution of images: with the default padding, sizes become size · stride, unless `size` says otherwise. */
export function convTranspose2d(channels: number, options: Options<"convTranspose2d", "channels">): Layer {
  return { type: "convTranspose2d", channels, ...options };
}

/** Convolution of sequences [length, channels], such as waveforms and spectra. */
export function conv1d(channels: number, options: Options<"conv1d", "channels">): Layer {
  return { type: "conv1d", channels, ...options };
}

/** Transposed convolution of sequences. */
export function convTranspose1d(channels: number, options: Options<"convTranspose1d", "channels">): Layer {
  return { type: "convTranspose1d", channels, ...options };
}

/** The largest value of each window of images or sequences. @param size of the window, and its stride by default */
export function maxPool(size: PerAxis, options: Options<"maxPool", "size"> = {}): Layer {
  return { type: "maxPool", size, ...options };
}

/** The mean of each window of images or sequences. @param size of the window, and its stride by default */
export function averagePool(size: PerAxis, options: Options<"averagePool", "size"> = {}): Layer {
  return { type: "averagePool", size, ...options };
}

/**
 * Images or sequences at `factor` times their size, or at a given `size`; nearest neighbour or bilinear.
 * @param factor as in `upsample(2)`, or options as in `upsample({ size: [28, 28], mode: "bilinear" })`
 */
export function upsample(factor: PerAxis | Options<"upsample", never>): Layer {
  const isFactor = typeof factor === "number" || Array.isArray(factor);
  return { type: "upsample", ...(isFactor ? { factor } : (factor as Options<"upsample", never>)) };
}

/** All values in one row. */
export function flatten(): Layer {
  return { type: "flatten" };
}

/** The same values in another shape, for example from a row to an image. */
export function reshape(shape: readonly number[]): Layer {
  return { type: "reshape", shape };
}

/** x + layers(x), with x projected linearly where the layers change its shape. */
export function residual(layers: readonly Layer[]): Layer {
  return { type: "residual", layers };
}

/** elu, relu, leakyRelu, gelu, silu, tanh, sigmoid, softplus or identity. */
export function activation(name: ActivationName): Layer {
  return { type: "activation", activation: name };
}

/** Each value is kept with this probability while training. */
export function dropout(keepProbability: number): Layer {
  return { type: "dropout", keepProbability };
}

/** Standardises each channel, or unit, over the batch; at evaluation with running statistics. */
export function batchNorm(options: Options<"batchNorm", never> = {}): Layer {
  return { type: "batchNorm", ...options };
}

/** Standardises each row, or pixel, over its channels. */
export function layerNorm(): Layer {
  return { type: "layerNorm" };
}

/** Standardises each example by itself, in groups of consecutive channels. @param groups a divisor of the channels */
export function groupNorm(groups: number): Layer {
  return { type: "groupNorm", groups };
}
