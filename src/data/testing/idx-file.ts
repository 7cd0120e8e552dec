import type { IdxType } from "../formats/idx.ts";

const WRITERS: Record<IdxType, readonly [code: number, bytes: number, method: WriteMethod]> = {
  uint8: [0x08, 1, "writeUInt8"],
  int8: [0x09, 1, "writeInt8"],
  int16: [0x0b, 2, "writeInt16BE"],
  int32: [0x0c, 4, "writeInt32BE"],
  float32: [0x0d, 4, "writeFloatBE"],
  float64: [0x0e, 8, "writeDoubleBE"],
};

type WriteMethod =
  | "writeUInt8"
  | "writeInt8"
  | "writeInt16BE"
  | "writeInt32BE"
  | "writeFloatBE"
  | "writeDoubleBE";

/** The bytes of an IDX file, as its inventors lay it out. The header is believed to be true of the values. */
export function idxFile(type: IdxType, shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const [code, bytes, write] = WRITERS[type];
  const headerBytes = 4 + 4 * shape.length;
  const file = Buffer.alloc(headerBytes + values.length * bytes);
  file.set([0, 0, code, shape.length]);
  shape.forEach((dimension, axis) => {
    file.writeUInt32BE(dimension, 4 + 4 * axis);
  });
  for (let i = 0; i < values.length; i++) file[write](values[i]!, headerBytes + i * bytes);
  return file;
}
