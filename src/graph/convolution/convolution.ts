/** Convolution of images [batch, height, width, channels]. */
import { makeNode } from "../build.ts";
import type { Operators, Tensor, Window } from "../node.ts";
import { spanOf } from "./convolution-shapes.ts";

type Pair = readonly [number, number];

/** How a kernel moves over images; rows first, then columns. */
export interface Conv2dOptions {
  /** Default [1, 1]. */
  readonly stride?: Pair;
  /** Zeros around the image, [[top, bottom], [left, right]]; default none. */
  readonly padding?: readonly [Pair, Pair];
  /** Distance between the pixels that neighbouring kernel elements read; default [1, 1]. */
  readonly dilation?: Pair;
  /** Added to every pixel, [out]. */
  readonly bias?: Tensor;
}

interface ConvTranspose2dOptions extends Conv2dOptions {
  /** [height, width]; default the smallest: (length − 1)·stride + span of the kernel − padding. */
  readonly outputSize?: Pair;
}

/**
 * y[n, i, j, o] = bias[o] + Σ x[n, sᵢ·i + dᵢ·k − top, sⱼ·j + dⱼ·l − left, c]·kernel[k, l, c, o], zero outside x.
 * @param x [batch, height, width, in]
 * @param kernel [kernelHeight, kernelWidth, in, out]
 * @returns [batch, ⌊(height + padding − span)/stride⌋ + 1, likewise for the width, out]; a kernel of k elements spans
 *   dilation·(k − 1) + 1
 * @throws {ShapeError} when channels differ or the kernel does not fit
 */
export function conv2d(x: Tensor, kernel: Tensor, { bias, ...options }: Conv2dOptions = {}): Tensor {
  return convolved(x, kernel, windowOf(options), bias);
}

/**
 * The adjoint of {@link conv2d} with the same kernel and options: Σ conv2d(x, kernel)·y = Σ x·convTranspose2d(y, kernel).
 * @param y [batch, height, width, in]
 * @param kernel [kernelHeight, kernelWidth, out, in]
 * @returns [batch, ...outputSize, out]
 * @throws {ShapeError} when channels differ, or conv2d of the output size does not give y's size
 */
export function convTranspose2d(
  y: Tensor,
  kernel: Tensor,
  { bias, outputSize, ...options }: ConvTranspose2dOptions = {},
): Tensor {
  const window = windowOf(options);
  const least = (axis: 0 | 1) => {
    const span = spanOf(kernel.shape[axis] ?? 1, window.dilations[axis]);
    const padding = window.pads[axis] + window.pads[axis + 2]!;
    return ((y.shape[axis + 1] ?? 1) - 1) * window.strides[axis] + span - padding;
  };
  return transposed(y, kernel, { ...window, outputSize: outputSize ?? [least(0), least(1)] }, bias);
}

export function convolved(x: Tensor, kernel: Tensor, window: Window, bias?: Tensor): Tensor {
  return makeNode("Conv", window, bias ? [x, kernel, bias] : [x, kernel]);
}

export function transposed(
  y: Tensor,
  kernel: Tensor,
  attributes: Operators["ConvTranspose"],
  bias?: Tensor,
): Tensor {
  return makeNode("ConvTranspose", attributes, bias ? [y, kernel, bias] : [y, kernel]);
}

/** The derivative of Σ conv(x, kernel)·dy with respect to the kernel. */
export function kernelGradient(x: Tensor, dy: Tensor, attributes: Operators["ConvKernelGradient"]): Tensor {
  return makeNode("ConvKernelGradient", attributes, [x, dy]);
}

export function sizeOfImage({ shape }: Tensor): Pair {
  return [shape[1]!, shape[2]!];
}

export function sizeOfKernel({ shape }: Tensor): Pair {
  return [shape[0]!, shape[1]!];
}

function windowOf({ stride = [1, 1], padding, dilation = [1, 1] }: Omit<Conv2dOptions, "bias">): Window {
  const [[top, bottom], [left, right]] = padding ?? [
    [0, 0],
    [0, 0],
  ];
  return { strides: stride, pads: [top, left, bottom, right], dilations: dilation };
}
