import { create } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProtoSchema,
  type TensorProto,
  AttributeProto_AttributeType as Type,
} from "./generated/onnx_pb.ts";

export function float(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Type.FLOAT, f: value });
}

export function integer(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Type.INT, i: BigInt(value) });
}

export function flag(name: string, value: boolean): AttributeProto {
  return integer(name, value ? 1 : 0);
}

export function integers(name: string, values: readonly number[]): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Type.INTS, ints: values.map(BigInt) });
}

export function text(name: string, value: string): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Type.STRING, s: new TextEncoder().encode(value) });
}

export function tensor(name: string, value: TensorProto): AttributeProto {
  return create(AttributeProtoSchema, { name, type: Type.TENSOR, t: value });
}
