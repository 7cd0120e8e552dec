import { type Shape, sizeOf } from "../../src/graph/node.ts";
import { broadcastStrides, positions } from "./layout.ts";

/** For each element of a shape: its position once the given axes have become 1. */
function reducedPositions(shape: Shape, axes: readonly number[]): Int32Array {
  const kept = shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return positions(shape, broadcastStrides(kept, shape));
}

/** Folds a tensor's values over some of its axes. */
export function reduce(
  x: Float64Array,
  shape: Shape,
  axes: readonly number[],
  combine: (accumulated: number, value: number) => number,
  start: number,
): Float64Array {
  const to = reducedPositions(shape, axes);
  const result = new Float64Array(sizeOf(shape.filter((_, axis) => !axes.includes(axis)))).fill(start);
  for (let i = 0; i < x.length; i++) result[to[i]!] = combine(result[to[i]!]!, x[i]!);
  return result;
}

export const plus = (a: number, b: number) => a + b;

/** x − ln Σ eˣ along an axis, without overflow. */
export function logSoftmax(x: Float64Array, shape: Shape, axis: number): Float64Array {
  const at = reducedPositions(shape, [axis]);
  const largest = reduce(x, shape, [axis], Math.max, Number.NEGATIVE_INFINITY);
  const shifted = x.map((value, i) => value - largest[at[i]!]!);
  const total = reduce(shifted.map(Math.exp), shape, [axis], plus, 0);
  return shifted.map((value, i) => value - Math.log(total[at[i]!]!));
}
