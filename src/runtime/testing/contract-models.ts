/** The models and buffers of the runtime contract. */
import type { ElementType, TensorBuffer } from "../session.ts";
import { serializeModel } from "./models.ts";

export const ROWS = { type: "float32", shape: ["batch", 3] } as const;

/** y = 2·x and s = Σ x over each row. */
export const DOUBLE_AND_SUM = serializeModel({
  inputs: [{ name: "x", ...ROWS }],
  outputs: [
    { name: "y", ...ROWS },
    { name: "s", type: "float32", shape: ["batch"] },
  ],
  nodes: [
    { operator: "Constant", inputs: [], outputs: ["axes"], attributes: { value_ints: [1] } },
    { operator: "Add", inputs: ["x", "x"], outputs: ["y"] },
    { operator: "ReduceSum", inputs: ["x", "axes"], outputs: ["s"], attributes: { keepdims: 0 } },
  ],
});

/** y = x·w, the product of two scalars. */
export const SCALAR_PRODUCT = serializeModel({
  inputs: [
    { name: "x", type: "float32", shape: [] },
    { name: "w", type: "float32", shape: [] },
  ],
  outputs: [{ name: "y", type: "float32", shape: [] }],
  nodes: [{ operator: "Mul", inputs: ["x", "w"], outputs: ["y"] }],
});

/** Outputs that an engine could leave in the input's memory. */
export const ALIASES = serializeModel({
  inputs: [{ name: "x", type: "float32", shape: [2, 3] }],
  outputs: [
    { name: "same", type: "float32", shape: [2, 3] },
    { name: "flat", type: "float32", shape: [6] },
  ],
  nodes: [
    { operator: "Constant", inputs: [], outputs: ["shape"], attributes: { value_ints: [6] } },
    { operator: "Identity", inputs: ["x"], outputs: ["same"] },
    { operator: "Reshape", inputs: ["x", "shape"], outputs: ["flat"] },
  ],
});

export function transposeModel(type: ElementType): Uint8Array {
  return serializeModel({
    inputs: [{ name: "x", type, shape: [2, 3] }],
    outputs: [{ name: "y", type, shape: [3, 2] }],
    nodes: [{ operator: "Transpose", inputs: ["x"], outputs: ["y"], attributes: { perm: [1, 0] } }],
  });
}

/** [2, 3] values and their transpose, at the ends of each type's range. */
export const TRANSPOSED: Readonly<
  Record<ElementType, readonly [TensorBuffer["data"], TensorBuffer["data"]]>
> = {
  float32: [Float32Array.of(1.5, -0, 3e38, 1e-45, 5, 6), Float32Array.of(1.5, 1e-45, -0, 5, 3e38, 6)],
  float64: [Float64Array.of(0.1, 2, 1e308, 4, 5e-324, 6), Float64Array.of(0.1, 4, 2, 5e-324, 1e308, 6)],
  int32: [Int32Array.of(1, -2, 2147483647, 4, 5, 6), Int32Array.of(1, 4, -2, 5, 2147483647, 6)],
  int64: [BigInt64Array.of(1n, -2n, 1n << 62n, 4n, 5n, 6n), BigInt64Array.of(1n, 4n, -2n, 5n, 1n << 62n, 6n)],
  uint8: [Uint8Array.of(0, 255, 3, 4, 5, 6), Uint8Array.of(0, 4, 255, 5, 3, 6)],
  bool: [Uint8Array.of(1, 0, 1, 0, 0, 1), Uint8Array.of(1, 0, 0, 0, 1, 1)],
};

export function floats(shape: readonly number[], data: Float32Array): TensorBuffer {
  return { type: "float32", shape, data };
}

export const row = (data: Float32Array) => floats([1, 3], data);
