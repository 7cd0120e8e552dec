import { type Shape, sizeOf } from "../graph/node.ts";
import type { ParameterSpec } from "./scope.ts";

export interface ParameterSlice {
  readonly name: string;
  readonly shape: Shape;
  /** First element in the flat buffer. */
  readonly offset: number;
  readonly length: number;
}

/** Where each named tensor lies in one flat Float32Array. */
export interface ParameterLayout {
  readonly slices: readonly ParameterSlice[];
  /** Elements of the whole buffer, gaps included. */
  readonly length: number;
  /** Elements up to which weight decay applies: weights come first, so that one optimizer call serves both. */
  readonly decayLength: number;
  /** Number of parameters, without the gaps. */
  readonly count: number;
}

/** Slices begin on cache lines of 64 bytes, 16 elements. */
const ALIGNMENT = 16;

export function layoutOf(specs: readonly Pick<ParameterSpec, "name" | "shape" | "decay">[]): ParameterLayout {
  let offset = 0;
  const place = ({ name, shape }: { name: string; shape: Shape }): ParameterSlice => {
    const slice = { name, shape, offset, length: sizeOf(shape) };
    offset += Math.ceil(slice.length / ALIGNMENT) * ALIGNMENT;
    return slice;
  };
  const decayed = specs.filter((spec) => spec.decay).map(place);
  const decayLength = offset;
  const others = specs.filter((spec) => !spec.decay).map(place);
  const slices = [...decayed, ...others];
  return { slices, length: offset, decayLength, count: slices.reduce((sum, each) => sum + each.length, 0) };
}

/** The part of a flat buffer that holds one tensor: a view, no copy. */
export function sliceView(buffer: Float32Array, { offset, length }: ParameterSlice): Float32Array {
  return buffer.subarray(offset, offset + length);
}

/** The tensors in a flat buffer by name, as views: what a session binds. */
export function namedTensors(layout: ParameterLayout, flat: Float32Array, prefix = "") {
  return Object.fromEntries(
    layout.slices.map((slice) => [
      `${prefix}${slice.name}`,
      { type: "float32", shape: slice.shape, data: sliceView(flat, slice) } as const,
    ]),
  );
}
