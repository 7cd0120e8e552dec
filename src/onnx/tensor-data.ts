import { create } from "@bufbuild/protobuf";
import { type ElementType, type Shape, sizeOf } from "../graph/node.ts";
import {
  TensorProto_DataType as DataType,
  type TensorProto,
  TensorProtoSchema,
} from "./generated/onnx_pb.ts";

/** The element types' numbers in `TensorProto.DataType`. */
export const dataTypes = { float32: DataType.FLOAT, int64: DataType.INT64, bool: DataType.BOOL } as const;

/** Row-major values in the memory layout of `TensorProto.raw_data`: little-endian, `bool` one byte an element. */
const encoders: Readonly<Record<ElementType, (values: readonly number[]) => ArrayBufferView>> = {
  float32: (values) => Float32Array.from(values),
  int64: (values) => BigInt64Array.from(values, BigInt),
  bool: (values) => Uint8Array.from(values, (value) => (value ? 1 : 0)),
};

/** @param value row-major values, or one number that fills the shape */
export function tensorOf(value: number | readonly number[], shape: Shape, type: ElementType): TensorProto {
  const values = typeof value === "number" ? new Array<number>(sizeOf(shape)).fill(value) : value;
  return tensorFrom(encoders[type](values), shape, type);
}

/** Wraps memory, which is copied only when the model is serialized. */
export function tensorFrom(data: ArrayBufferView, shape: Shape, type: ElementType): TensorProto {
  return create(TensorProtoSchema, {
    dataType: dataTypes[type],
    dims: shape.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
}
