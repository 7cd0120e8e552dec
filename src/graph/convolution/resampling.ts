/** Images [batch, height, width, channels] at another size. */
import * as g from "../build.ts";
import { demand, demandWhole } from "../demand.ts";
import type { Tensor } from "../node.ts";

type Pair = readonly [number, number];
/** For each pixel of the result, the weight of each source pixel along an axis: rows that sum to 1. */
type Weights = (from: number, to: number) => number[][];

/**
 * Each pixel of the result is the one whose area holds its centre: ⌊(i + ½)·from/to⌋. For whole multiples of the size,
 * every pixel is repeated.
 * @param x [batch, height, width, channels]
 * @param size [height, width] of the result
 * @returns [batch, ...size, channels]
 */
export function resizeNearest2d(x: Tensor, size: Pair): Tensor {
  return resized(x, size, nearest);
}

/**
 * Linear interpolation between pixel centres, which lie at (i + ½)·from/to − ½ of the source; border pixels are
 * repeated outside (`half_pixel` in ONNX, `align_corners=False` in PyTorch). Shapes as in {@link resizeNearest2d}.
 */
export function resizeBilinear2d(x: Tensor, size: Pair): Tensor {
  return resized(x, size, linear);
}

const nearest: Weights = (from, to) =>
  Array.from({ length: to }, (_, i) => {
    const source = Math.floor(((i + 0.5) * from) / to);
    return Array.from({ length: from }, (_, j) => Number(j === source));
  });

const linear: Weights = (from, to) =>
  Array.from({ length: to }, (_, i) => {
    const centre = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    return Array.from({ length: from }, (_, j) => Math.max(0, 1 - Math.abs(centre - j)));
  });

/** Rows, then columns, as products with a matrix of weights; its transpose gives the gradient. */
function resized(x: Tensor, size: Pair, weights: Weights): Tensor {
  demand(x.shape.length === 4, () => {
    return `images [batch, height, width, channels] are resized, not a tensor of shape [${x.shape.join(", ")}]`;
  });
  demandWhole(...size);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [toHeight, toWidth] = size;
  const rows = g.constant(weights(height, toHeight).flat(), [toHeight, height]);
  const columns = g.constant(weights(width, toWidth).flat(), [toWidth, width]);
  const tall = g.matmul(rows, g.reshape(x, [batch, height, width * channels]));
  const byRow = g.reshape(tall, [batch * toHeight, width, channels]);
  return g.reshape(g.matmul(columns, byRow), [batch, toHeight, toWidth, channels]);
}
