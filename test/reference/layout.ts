import { type Shape, sizeOf } from "../../src/graph/node.ts";

/** Elements between neighbours along each axis of a row-major tensor. */
export function rowMajorStrides(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** Strides that read a tensor as if it had been broadcast to a shape: a repeated axis does not advance. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = rowMajorStrides(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) =>
    axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing]!,
  );
}

/** For each element of a shape in row-major order: Σ index·stride, a position in some other tensor. */
export function positions(shape: Shape, strides: readonly number[]): Int32Array {
  const result = new Int32Array(sizeOf(shape));
  let filled = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let index = 1; index < shape[axis]!; index++)
      for (let inner = 0; inner < filled; inner++)
        result[index * filled + inner] = result[inner]! + index * strides[axis]!;
    filled *= shape[axis]!;
  }
  return result;
}

/** A tensor as a row-major block [outer, length, inner] around one axis. */
export function around(shape: Shape, axis: number): { outer: number; length: number; inner: number } {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis]!,
    inner: sizeOf(shape.slice(axis + 1)),
  };
}
