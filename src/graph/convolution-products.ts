/**
 * Convolutions as one product of matrices each, on rows of pixels that Gather has copied side by side: in ONNX Runtime
 * two to four times as fast as its own operators, except where pixels have so few channels that each copy is tiny.
 */
import * as g from "./build.ts";
import { placesOf, spanOf } from "./convolution-shapes.ts";
import { sizeOf, type Tensor, type Window } from "./node.ts";

type Axis = 0 | 1;

/** Fewer floats than this beside one another are copied faster by convolution operators. */
const FEWEST_INPUTS = 2;
const FEWEST_OUTPUTS = 8;
/** Pixels with fewer channels than this are copied several at a time, where the kernel's steps allow it. */
const FEW_CHANNELS = 16;

/** Y = patches(X)·K + b. */
export function convolutionAsProduct({ inputs, attributes, shape }: Tensor<"Conv">): Tensor | undefined {
  const [x, kernel, bias] = inputs;
  const [kernelHeight, kernelWidth, channels, outputs] = kernel!.shape;
  const patches = patchesOf(x!, [kernelHeight!, kernelWidth!], attributes);
  if (!patches) return undefined;
  const matrix = g.reshape(kernel!, [kernelHeight! * kernelWidth! * channels!, outputs!]);
  return g.reshape(g.gemm(patches, matrix, bias), shape);
}

/** dK = patches(X)ᵀ·dY: the patches are those of the forward pass. */
export function kernelGradientAsProduct({
  inputs,
  attributes: { kernelSize, ...window },
  shape,
}: Tensor<"ConvKernelGradient">): Tensor | undefined {
  const [x, dy] = inputs;
  const patches = patchesOf(x!, kernelSize, window);
  const gradient = g.reshape(dy!, [-1, dy!.shape[3]!]);
  return patches && g.reshape(g.gemm(patches, gradient, undefined, { transA: true }), shape);
}

/**
 * With stride s, s² neighbouring pixels of the result read the same pixels of Y, each with its own part of the kernel.
 * So one product gives s² pixels for every place of a grid that is s times as coarse as the result; the last Gather
 * brings them into order and leaves out those beyond the border.
 */
export function transposedAsProduct({
  inputs,
  attributes: { outputSize, ...window },
  shape,
}: Tensor<"ConvTranspose">): Tensor | undefined {
  const [y, kernel, bias] = inputs;
  const [batch, height, width, channelsIn] = y!.shape as [number, number, number, number];
  const channels = kernel!.shape[2]!;
  const isMixed = ([0, 1] as const).some((axis) => window.strides[axis] > 1 && window.dilations[axis] > 1);
  if (isMixed || window.strides[0] * window.strides[1] * channels < FEWEST_OUTPUTS) return undefined;
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    gridAxis(kernel!.shape[axis]!, outputSize[axis], window, axis),
  ) as [GridAxis, GridAxis];

  const sources = indices(
    [rows.count, columns.count, rows.taps, columns.taps],
    ([i, j, a, b]) => [rows.first + i! - rows.step * a!, columns.first + j! - columns.step * b!],
    [height, width],
  );
  const places = gatherPixels(g.reshape(y!, [batch, height * width, channelsIn]), sources);
  const neighbours = rows.taps * columns.taps * channelsIn;
  const phases = rows.phases * columns.phases;
  const product = g.gemm(
    g.reshape(places, [-1, neighbours]),
    kernelByPhase(kernel!, rows, columns, neighbours),
    bias && g.reshape(g.expand(bias, [phases, channels]), [phases * channels]),
  );

  const pixels = g.reshape(product, [batch, rows.count * columns.count * phases, channels]);
  const order = Array.from({ length: outputSize[0] * outputSize[1] }, (_, pixel) => {
    const [i, r] = place(rows, Math.floor(pixel / outputSize[1]));
    const [j, s] = place(columns, pixel % outputSize[1]);
    return ((i * columns.count + j) * rows.phases + r) * columns.phases + s;
  });
  return g.reshape(gatherPixels(pixels, order), shape);
}

/** How the pixels of a transposed convolution's result lie on the grid, along one axis. */
interface GridAxis {
  /** Pixels of the result at one place of the grid. */
  readonly phases: number;
  /** Pixels of Y that a place reads, and their distance. */
  readonly taps: number;
  readonly step: number;
  /** Pixel of Y that the first place reads with its first tap. */
  readonly first: number;
  readonly count: number;
  readonly before: number;
}

function gridAxis(kernel: number, size: number, { strides, pads, dilations }: Window, axis: Axis): GridAxis {
  const [phases, before] = [strides[axis], pads[axis]];
  const first = Math.floor(before / phases);
  const count = Math.floor((size - 1 + before) / phases) - first + 1;
  return { phases, taps: Math.ceil(kernel / phases), step: dilations[axis], first, count, before };
}

/** Place on the grid of a pixel of the result, and its number there. */
function place({ phases, first, before }: GridAxis, pixel: number): [number, number] {
  return [Math.floor((pixel + before) / phases) - first, (pixel + before) % phases];
}

/** From [kernelHeight, kernelWidth, out, in] to [taps × in, phases × out]; the kernel's element is tap·phases + phase. */
function kernelByPhase(kernel: Tensor, rows: GridAxis, columns: GridAxis, neighbours: number): Tensor {
  const [height, width, outputs, inputs] = kernel.shape as [number, number, number, number];
  const tall = g.pad(kernel, 0, 0, rows.taps * rows.phases - height);
  const whole = g.pad(tall, 1, 0, columns.taps * columns.phases - width);
  const split = g.reshape(whole, [rows.taps, rows.phases, columns.taps, columns.phases, outputs, inputs]);
  return g.reshape(g.transpose(split, [0, 2, 5, 1, 3, 4]), [neighbours, -1]);
}

/**
 * The pixels under the kernel at each of its places: [batch × places, kernel elements × channels] ("im2col", Chellapilla
 * et al. 2006).
 */
function patchesOf(x: Tensor, kernelSize: readonly [number, number], window: Window): Tensor | undefined {
  const [batch, height, , channels] = x.shape as [number, number, number, number];
  if (channels < FEWEST_INPUTS && sizeOf(kernelSize) > 1) return undefined;
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    placesOf(x.shape[axis + 1]!, kernelSize[axis], window, axis),
  ) as [number, number];
  const wide = inBlocks(x, kernelSize[1], columns, window);
  const sources = indices(
    [rows, columns, kernelSize[0], kernelSize[1] / wide.block],
    ([i, j, a, b]) => [
      i! * window.strides[0] + a! * window.dilations[0] - window.pads[0],
      (j! * window.strides[1]) / wide.block + b! * window.dilations[1] - wide.before,
    ],
    [height, wide.width],
  );
  const pixels = g.reshape(wide.image, [batch, height * wide.width, wide.block * channels]);
  return g.reshape(gatherPixels(pixels, sources), [-1, sizeOf(kernelSize) * channels]);
}

/** An image whose pixels, of few channels, are taken in blocks as wide as the stride, if the kernel starts and ends with them. */
function inBlocks(image: Tensor, kernel: number, places: number, { strides, pads, dilations }: Window) {
  const [width, channels] = image.shape.slice(2) as [number, number];
  const [stride, before] = [strides[1], pads[1]];
  if (channels >= FEW_CHANNELS || stride === 1 || dilations[1] > 1 || kernel % stride > 0)
    return { image, block: 1, width, before };
  const used = (places - 1) * stride + spanOf(kernel, 1);
  const padded = Math.max(used, stride * Math.ceil((before + width) / stride));
  const wide = g.pad(image, 2, before, padded - before - width);
  return { image: wide, block: stride, width: padded / stride, before: 0 };
}

/** Index of the pixel that each element of a shape reads, row by row; height·width stands for none. */
function indices(
  shape: readonly number[],
  source: (position: readonly number[]) => [number, number],
  [height, width]: readonly [number, number],
): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, element) => {
    let rest = element;
    const position = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    const [row, column] = source(position);
    const isInside = row >= 0 && row < height && column >= 0 && column < width;
    return isInside ? row * width + column : height * width;
  });
}

/** Pixels [batch, pixels, channels] in the order of the indices; the index after the last gives zeros. */
function gatherPixels(pixels: Tensor, order: readonly number[]): Tensor {
  const count = pixels.shape[1]!;
  if (order.length === count && order.every((index, position) => index === position)) return pixels;
  const needsZeros = order.includes(count);
  const source = needsZeros ? g.pad(pixels, 1, 0, 1) : pixels;
  return g.gather(source, g.constant(order, [order.length], "int64"), 1);
}
