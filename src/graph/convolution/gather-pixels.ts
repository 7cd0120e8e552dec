import * as g from "../build.ts";
import { sizeOf, type Tensor } from "../node.ts";

/** Index of the pixel that each element of a shape reads, row by row; height·width means no pixel. */
export function indices(
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

/** Pixels [batch, pixels, channels] in the order of the indices; an index equal to the number of pixels gives zeros. */
export function gatherPixels(pixels: Tensor, order: readonly number[]): Tensor {
  const count = pixels.shape[1]!;
  if (order.length === count && order.every((index, position) => index === position)) return pixels;
  const needsZeros = order.includes(count);
  const source = needsZeros ? g.pad(pixels, 1, 0, 1) : pixels;
  return g.gather(source, g.constant(order, [order.length], "int64"), 1);
}
