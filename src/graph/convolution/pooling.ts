/** Pooling of images [batch, height, width, channels]. */
import * as g from "../build.ts";
import { demand, demandWhole } from "../demand.ts";
import { ShapeError, type Tensor } from "../node.ts";

type Pair = readonly [number, number];

/** Rows first, then columns. */
export interface PoolOptions {
  readonly size: Pair;
  /** Default: the size, so that windows lie side by side. */
  readonly stride?: Pair;
  /** Padding that is ignored, [[top, bottom], [left, right]], less than the size; default none. */
  readonly padding?: readonly [Pair, Pair];
}

/** Smaller than any pixel, but finite. */
const LOWEST = -3e38;

/**
 * The largest pixel of each window.
 * @param x [batch, height, width, channels]
 * @returns [batch, ⌊(height + padding − size)/stride⌋ + 1, likewise for the width, channels]
 * @throws {ShapeError} when a window does not fit, or could lie outside the image
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  const axes = windowAxes(x, options);
  return pooled(x, axes, g.max, LOWEST);
}

/** The mean of each window over its pixels inside the image. Shapes as in {@link maxPool2d}. */
export function averagePool2d(x: Tensor, options: PoolOptions): Tensor {
  const axes = windowAxes(x, options);
  const [rows, columns] = axes.map(pixelsInWindows);
  const shares = rows!.flatMap((row) => columns!.map((column) => 1 / (row * column)));
  return g.mul(pooled(x, axes, g.add, 0), g.constant(shares, [rows!.length, columns!.length, 1]));
}

/** How windows lie along one axis of the image. */
interface WindowAxis {
  readonly axis: number;
  readonly length: number;
  readonly size: number;
  readonly stride: number;
  readonly before: number;
  readonly windows: number;
}

function windowAxes(x: Tensor, { size, stride = size, padding }: PoolOptions): WindowAxis[] {
  demand(x.shape.length === 4, () => {
    return `images [batch, height, width, channels] are pooled, not a tensor of shape [${x.shape.join(", ")}]`;
  });
  return ([0, 1] as const).map((index) => {
    const [before, after] = padding?.[index] ?? [0, 0];
    const [length, own, step] = [x.shape[index + 1]!, size[index], stride[index]];
    demandWhole(own, step, before, after);
    demand(own >= 1 && step >= 1, () => `a window of ${own} with stride ${step} was given: 1 is the least`);
    demand(before >= 0 && after >= 0 && before < own && after < own, () => {
      return `padding of ${before} and ${after} was given for a window of ${own}: from 0 to ${own - 1} keeps each on the image`;
    });
    const windows = Math.floor((length + before + after - own) / step) + 1;
    if (windows < 1)
      throw new ShapeError(`a window of ${own} does not fit into ${length + before + after} pixels`);
    return { axis: index + 1, length, size: own, stride: step, before, windows };
  });
}

/** Combines the elements of each window, first along the height, then along the width. */
function pooled(
  x: Tensor,
  axes: readonly WindowAxis[],
  combine: (a: Tensor, b: Tensor) => Tensor,
  outside: number,
): Tensor {
  return axes.reduce((image, axis) => {
    const elements = windowElements(image, axis, outside);
    return elements.reduce(combine);
  }, x);
}

/** The first, second, … element of all windows along an axis. */
function windowElements(
  image: Tensor,
  { axis, size, stride, before, windows }: WindowAxis,
  outside: number,
): Tensor[] {
  const length = image.shape[axis]!;
  const end = size - 1 + windows * stride;
  const extended = surrounded(image, axis, before, Math.max(0, end - before - length), outside);
  return Array.from({ length: size }, (_, element) => {
    const span = g.slice(extended, axis, element, element + windows * stride);
    const byWindow = g.reshape(span, [
      ...image.shape.slice(0, axis),
      windows,
      stride,
      ...image.shape.slice(axis + 1),
    ]);
    const first = g.slice(byWindow, axis + 1, 0, 1);
    return g.reshape(first, image.shape.with(axis, windows));
  });
}

/** Pads a tensor with a constant along an axis. */
function surrounded(x: Tensor, axis: number, before: number, after: number, value: number): Tensor {
  const padded = g.pad(x, axis, before, after);
  if (value === 0 || before + after === 0) return padded;
  const own = Array.from({ length: padded.shape[axis]! }, (_, index) =>
    index < before || index >= before + x.shape[axis]! ? value : 0,
  );
  const shape = x.shape.map((_, each) => (each === axis ? own.length : 1));
  return g.add(padded, g.constant(own, shape));
}

function pixelsInWindows({ length, size, stride, before, windows }: WindowAxis): number[] {
  return Array.from({ length: windows }, (_, window) => {
    const start = window * stride - before;
    return Math.min(length, start + size) - Math.max(0, start);
  });
}
