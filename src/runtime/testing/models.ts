/**
 * Small ONNX models for tests, written byte by byte so that the engine is tested against nothing of ours.
 * Field numbers: onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import type { ElementType } from "../session.ts";

/** Dimensions of a graph input or output; a name stands for a dimension that is known only when bound. */
type Dimensions = readonly (number | string)[];

interface ValueDescription {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Dimensions;
}

export interface NodeDescription {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Numbers are written as INT if integral (FLOAT if marked so), arrays as INTS. */
  readonly attributes?: Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;
}

interface ModelDescription {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly nodes: readonly NodeDescription[];
}

/** `TensorProto.DataType` */
const DATA_TYPE: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

type Bytes = readonly number[];

function varint(value: number): Bytes {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function integer(field: number, value: number): Bytes {
  return [...varint(field * 8), ...varint(value)];
}

function float(field: number, value: number): Bytes {
  return [...varint(field * 8 + 5), ...new Uint8Array(Float32Array.of(value).buffer)];
}

function message(field: number, ...parts: readonly Bytes[]): Bytes {
  const content = parts.flat();
  return [...varint(field * 8 + 2), ...varint(content.length), ...content];
}

function text(field: number, value: string): Bytes {
  return message(field, [...new TextEncoder().encode(value)]);
}

function valueInfo(field: number, { name, type, shape }: ValueDescription): Bytes {
  const dimensions = shape.map((dimension) =>
    message(1, typeof dimension === "number" ? integer(1, dimension) : text(2, dimension)),
  );
  return message(
    field,
    text(1, name),
    message(2, message(1, integer(1, DATA_TYPE[type]), message(2, ...dimensions))),
  );
}

function attribute(name: string, value: number | readonly number[] | { readonly float: number }): Bytes {
  if (typeof value === "number") return message(5, text(1, name), integer(3, value), integer(20, 2));
  if ("float" in value) return message(5, text(1, name), float(2, value.float), integer(20, 1));
  return message(5, text(1, name), ...value.map((item) => integer(8, item)), integer(20, 7));
}

function node({ operator, inputs, outputs, attributes = {} }: NodeDescription): Bytes {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  );
}

/** Serializes a `ModelProto` of IR version 8, operator set 17. */
export function serializeModel({ inputs, outputs, nodes }: ModelDescription): Uint8Array {
  return Uint8Array.from([
    ...integer(1, 8),
    ...message(
      7,
      ...nodes.map(node),
      text(2, "test"),
      ...inputs.map((value) => valueInfo(11, value)),
      ...outputs.map((value) => valueInfo(12, value)),
    ),
    ...message(8, integer(2, 17)),
  ]);
}
