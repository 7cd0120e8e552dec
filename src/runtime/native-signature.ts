import type { Signature, ValueSignature } from "./buffers.ts";
import { check, type Library, type OrtApi, output, type Pointer, type Status } from "./c-api.ts";
import type { ElementType } from "./session.ts";

/** `ONNXTensorElementDataType` */
export const ELEMENT_TYPE_CODE: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

const ELEMENT_TYPES = Object.keys(ELEMENT_TYPE_CODE) as ElementType[];

/** Asks a session for the names, types and shapes of its inputs and outputs. */
export function readSignature(library: Library, session: Pointer): Signature {
  const { api } = library;
  const inputCount = output<number>(api, (out) => api.SessionGetInputCount(session, out));
  const outputCount = output<number>(api, (out) => api.SessionGetOutputCount(session, out));
  return {
    inputs: Array.from({ length: inputCount }, (_, index) =>
      readValue(
        library,
        (allocator, out) => api.SessionGetInputName(session, index, allocator, out),
        (out) => api.SessionGetInputTypeInfo(session, index, out),
      ),
    ),
    outputs: Array.from({ length: outputCount }, (_, index) =>
      readValue(
        library,
        (allocator, out) => api.SessionGetOutputName(session, index, allocator, out),
        (out) => api.SessionGetOutputTypeInfo(session, index, out),
      ),
    ),
  };
}

function readValue(
  { api, readString }: Library,
  getName: (allocator: Pointer, out: [Pointer | null]) => Status,
  getTypeInfo: (out: [Pointer | null]) => Status,
): ValueSignature {
  const allocator = output<Pointer>(api, (out) => api.GetAllocatorWithDefaultOptions(out));
  const pointer = output<Pointer>(api, (out) => getName(allocator, out));
  const name = readString(pointer);
  check(api, api.AllocatorFree(allocator, pointer));

  const typeInfo = output<Pointer>(api, getTypeInfo);
  try {
    return { name, ...readTensorType(api, typeInfo) };
  } finally {
    api.ReleaseTypeInfo(typeInfo);
  }
}

function readTensorType(api: OrtApi, typeInfo: Pointer): Omit<ValueSignature, "name"> {
  const tensor = output<Pointer | null>(api, (out) => api.CastTypeInfoToTensorInfo(typeInfo, out));
  if (tensor === null) return { type: undefined, shape: [] };
  const code = output<number>(api, (out) => api.GetTensorElementType(tensor, out));
  const rank = output<number>(api, (out) => api.GetDimensionsCount(tensor, out));
  const dimensions = new BigInt64Array(rank);
  check(api, api.GetDimensions(tensor, dimensions, rank));
  return {
    type: ELEMENT_TYPES.find((type) => ELEMENT_TYPE_CODE[type] === code),
    shape: Array.from(dimensions, (dimension) => (dimension < 0n ? undefined : Number(dimension))),
  };
}
