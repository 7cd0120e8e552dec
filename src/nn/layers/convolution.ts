import { reshape } from "../../graph/build.ts";
import { conv2d, convTranspose2d } from "../../graph/convolution/convolution.ts";
import { type Shape, sizeOf, type Tensor } from "../../graph/node.ts";
import { type Initialization, initialWeights, zeros } from "../initializers.ts";
import type { Scope } from "../scope.ts";
import {
  type AxisWindow,
  lengthBefore,
  type Padding,
  type PerAxis,
  paddingOf,
  pairOf,
  perAxis,
  placesOf,
  placesTaken,
  windowPlaces,
} from "./places.ts";
import { type LayerRule, timesText, UnfitInput } from "./rule.ts";

interface Convolution {
  /** Of the output. */
  readonly channels: number;
  readonly kernel: PerAxis;
  /** Default 1. */
  readonly stride?: PerAxis;
  /** Default `same`. */
  readonly padding?: Padding;
  /** Distance between the values that neighbouring elements of the kernel read; default 1. */
  readonly dilation?: PerAxis;
  readonly initialization?: Initialization;
}

interface TransposedConvolution extends Convolution {
  /** Lengths of the output; default stride × input with `same`, the smallest possible with any other padding. */
  readonly size?: PerAxis;
}

/** Of images [height, width, channels]; without the last axis there is one channel. */
export interface Conv2dLayer extends Convolution {
  readonly type: "conv2d";
}

/** The adjoint of a convolution of images (upsamples). */
export interface ConvTranspose2dLayer extends TransposedConvolution {
  readonly type: "convTranspose2d";
}

/** Of sequences [length, channels], such as waveforms and spectra; without the last axis there is one channel. */
export interface Conv1dLayer extends Convolution {
  readonly type: "conv1d";
}

/** The adjoint of a convolution of sequences (upsamples). */
export interface ConvTranspose1dLayer extends TransposedConvolution {
  readonly type: "convTranspose1d";
}

type Axes = 1 | 2;

/** Parameters `weight` [...kernel, in, out] and `bias` [out], from 0. The fan-in is kernel · in. */
function convolutionRule(axes: Axes): LayerRule<Convolution> {
  const outputShape = (layer: Convolution, input: Shape): Shape => {
    const { lengths } = placesOf(input, axes);
    return [...placesTaken(lengths, windowsOf(layer, axes), layer.padding ?? "same"), layer.channels];
  };
  return {
    axes,
    outputShape,
    apply(scope, x, layer) {
      const { lengths, channels } = placesOf(x.shape.slice(1), axes);
      const windows = windowsOf(layer, axes);
      const weight = weightOf(scope, layer, windows, [channels, layer.channels], {
        fanIn: kernelSize(windows) * channels,
        fanOut: kernelSize(windows) * layer.channels,
      });
      const options = { ...geometryOf(lengths, windows, layer.padding), bias: biasOf(scope, layer) };
      const y = conv2d(asImages(x, lengths, channels), asImageKernel(weight), options);
      return reshape(y, [x.shape[0]!, ...outputShape(layer, x.shape.slice(1))]);
    },
  };
}

/**
 * Parameters `weight` [...kernel, out, in] and `bias` [out], from 0. Along each axis only every stride-th element of
 * the kernel reaches a given output value, so the fan-in is kernel · in / stride.
 */
function transposedRule(axes: Axes): LayerRule<TransposedConvolution> {
  return {
    axes,
    outputShape: (layer, input) => [
      ...lengthsMade(layer, placesOf(input, axes).lengths, axes),
      layer.channels,
    ],
    apply(scope, x, layer) {
      const { lengths, channels } = placesOf(x.shape.slice(1), axes);
      const windows = windowsOf(layer, axes);
      const made = lengthsMade(layer, lengths, axes);
      const reach = kernelSize(windows) / sizeOf(windows.map(({ stride }) => stride));
      const weight = weightOf(scope, layer, windows, [layer.channels, channels], {
        fanIn: reach * channels,
        fanOut: reach * layer.channels,
      });
      const y = convTranspose2d(asImages(x, lengths, channels), asImageKernel(weight), {
        ...geometryOf(made, windows, layer.padding),
        outputSize: pairOf(made, 1),
        bias: biasOf(scope, layer),
      });
      return reshape(y, [x.shape[0]!, ...made, layer.channels]);
    },
  };
}

export const conv1dRule: LayerRule<Conv1dLayer> = convolutionRule(1);
export const conv2dRule: LayerRule<Conv2dLayer> = convolutionRule(2);
export const convTranspose1dRule: LayerRule<ConvTranspose1dLayer> = transposedRule(1);
export const convTranspose2dRule: LayerRule<ConvTranspose2dLayer> = transposedRule(2);

function windowsOf({ kernel, stride = 1, dilation = 1 }: Convolution, axes: Axes): AxisWindow[] {
  const kernels = perAxis(kernel, axes, "kernel");
  const strides = perAxis(stride, axes, "stride");
  const dilations = perAxis(dilation, axes, "dilation");
  return kernels.map((each, axis) => ({ kernel: each, stride: strides[axis]!, dilation: dilations[axis]! }));
}

/** Output lengths of a transposed convolution: those that the convolution maps to the given lengths. */
function lengthsMade(
  layer: TransposedConvolution,
  lengths: readonly number[],
  axes: Axes,
): readonly number[] {
  const windows = windowsOf(layer, axes);
  const { padding = "same", size } = layer;
  const made =
    size === undefined
      ? lengths.map((length, axis) => lengthBefore(length, windows[axis]!, padding))
      : perAxis(size, axes, "size");
  const wanted = made.map((length, axis) => windowPlaces(length, windows[axis]!, padding));
  if (wanted.some((length, axis) => length !== lengths[axis]))
    throw new UnfitInput(
      `its size is ${timesText(made)}, which needs ${timesText(wanted)} with this kernel, stride and padding`,
    );
  return made;
}

function kernelSize(windows: readonly AxisWindow[]): number {
  return sizeOf(windows.map(({ kernel }) => kernel));
}

function weightOf(
  scope: Scope,
  { initialization = "he" }: Convolution,
  windows: readonly AxisWindow[],
  channels: readonly [number, number],
  { fanIn, fanOut }: { readonly fanIn: number; readonly fanOut: number },
): Tensor {
  const shape = [...windows.map(({ kernel }) => kernel), ...channels];
  return scope.parameter("weight", shape, initialWeights(initialization, fanIn, fanOut), { decay: true });
}

function biasOf(scope: Scope, { channels }: Convolution): Tensor {
  return scope.parameter("bias", [channels], zeros, { decay: false });
}

/** Sequences are images of height 1. */
function asImages(x: Tensor, lengths: readonly number[], channels: number): Tensor {
  return reshape(x, [x.shape[0]!, ...pairOf(lengths, 1), channels]);
}

function asImageKernel(weight: Tensor): Tensor {
  return weight.shape.length === 4 ? weight : reshape(weight, [1, ...weight.shape]);
}

/** @param lengths of the larger side: a convolution's input, or a transposed convolution's output */
function geometryOf(lengths: readonly number[], windows: readonly AxisWindow[], padding: Padding = "same") {
  const pads = windows.map((window, axis) => paddingOf(lengths[axis]!, window, padding));
  return {
    stride: pairOf(
      windows.map(({ stride }) => stride),
      1,
    ),
    dilation: pairOf(
      windows.map(({ dilation }) => dilation),
      1,
    ),
    padding: pairOf(pads, [0, 0]),
  };
}
