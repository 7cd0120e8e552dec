import { DataError } from "../../common/errors.ts";
import type { Rows } from "../schema.ts";

/** Numbers as binary files hold them. */
export type ValueType =
  | "bool"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float16"
  | "float32"
  | "float64";

export const BYTES_OF: Readonly<Record<ValueType, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
};

/** The smallest of the row types that holds all values of the file's type. 64-bit integers become float64. */
const DECODERS: Readonly<Record<ValueType, (buffer: ArrayBuffer) => Rows | BigInt64Array | BigUint64Array>> =
  {
    bool: (buffer) => new Uint8Array(buffer),
    uint8: (buffer) => new Uint8Array(buffer),
    int8: (buffer) => new Int8Array(buffer),
    uint16: (buffer) => Int32Array.from(new Uint16Array(buffer)),
    int16: (buffer) => new Int16Array(buffer),
    uint32: (buffer) => Float64Array.from(new Uint32Array(buffer)),
    int32: (buffer) => new Int32Array(buffer),
    uint64: (buffer) => new BigUint64Array(buffer),
    int64: (buffer) => new BigInt64Array(buffer),
    float16: (buffer) => Float32Array.from(new Uint16Array(buffer), halfPrecision),
    float32: (buffer) => new Float32Array(buffer),
    float64: (buffer) => new Float64Array(buffer),
  };

/**
 * Takes over the memory of the bytes.
 *
 * @param bytes begin at the start of their buffer and fill it
 * @param where names the value at an index, for 64-bit integers beyond ±2⁵³
 * @throws {DataError} for such integers
 */
export function decodeValues(
  bytes: Uint8Array<ArrayBuffer>,
  type: ValueType,
  bigEndian: boolean,
  where: (index: number) => string,
): Rows {
  const size = BYTES_OF[type];
  if (bigEndian && size > 1) swapBytes(bytes, size);
  const values = DECODERS[type](bytes.buffer);
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return values;
  return Float64Array.from(values as Iterable<bigint>, (value, index) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new DataError(`${where(index)} is ${value}, beyond ±2^53, which lose digits: use smaller numbers`);
  });
}

/** Reverses the bytes of every value, in place. */
function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

/** IEEE 754 binary16. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
