import { DataError } from "../../common/errors.ts";
import type { Rows } from "../schema.ts";
import { gunzip, isGzip, mostInflated } from "./gunzip.ts";

/**
 * An array read from an IDX file, the format of MNIST (LeCun, Cortes & Burges, "The MNIST database of
 * handwritten digits", 1998): two zero bytes, a type code, the number of dimensions, each dimension as 32 bits,
 * then the values, row-major, everything big-endian.
 */
export interface IdxArray {
  /** As named in messages. */
  readonly file: string;
  readonly type: IdxType;
  readonly shape: readonly number[];
  /** product(shape) values. */
  readonly data: Rows;
}

export type IdxType = "uint8" | "int8" | "int16" | "int32" | "float32" | "float64";

interface Encoding {
  readonly type: IdxType;
  readonly bytes: number;
  /** @param length number of values. */
  readonly decode: (bytes: Uint8Array, length: number) => Rows;
}

const ENCODINGS: ReadonlyMap<number, Encoding> = new Map([
  [0x08, { type: "uint8", bytes: 1, decode: (b, n) => new Uint8Array(b.buffer, b.byteOffset, n) }],
  [0x09, { type: "int8", bytes: 1, decode: (b, n) => new Int8Array(b.buffer, b.byteOffset, n) }],
  [0x0b, { type: "int16", bytes: 2, decode: (b, n) => decodeWith(b, new Int16Array(n), "getInt16") }],
  [0x0c, { type: "int32", bytes: 4, decode: (b, n) => decodeWith(b, new Int32Array(n), "getInt32") }],
  [0x0d, { type: "float32", bytes: 4, decode: (b, n) => decodeWith(b, new Float32Array(n), "getFloat32") }],
  [0x0e, { type: "float64", bytes: 8, decode: (b, n) => decodeWith(b, new Float64Array(n), "getFloat64") }],
] satisfies [number, Encoding][]);

function decodeWith<T extends Exclude<Rows, Uint8Array | Int8Array>>(
  bytes: Uint8Array,
  values: T,
  read: "getInt16" | "getInt32" | "getFloat32" | "getFloat64",
): T {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < values.length; i++) values[i] = view[read](i * values.BYTES_PER_ELEMENT);
  return values;
}

/** Rank is one byte, so no header is longer. */
export const LONGEST_IDX_HEADER = 4 + 4 * 255;

/** Whether a file beginning with `head`, four bytes or more, means to be IDX, of a known type or not. */
export function looksLikeIdx(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0 && head[1] === 0;
}

/**
 * Reads an IDX file, plain or gzip by its content. Single bytes are not copied out of a plain file.
 *
 * @param file names the file in messages.
 * @throws {DataError} when it is not IDX, or holds less or more than its header promises.
 */
export async function parseIdx(bytes: Uint8Array, file: string): Promise<IdxArray> {
  if (!isGzip(bytes)) return parsePlain(bytes, file);
  const header = parseIdxHeader(await gunzip(bytes, LONGEST_IDX_HEADER, file), file);
  const size = header.headerBytes + header.valueBytes;
  if (size > mostInflated(bytes)) {
    const held = `its ${bytes.length} compressed bytes cannot hold so many`;
    throw new DataError(`${promiseOf(header, file)}, but ${held}: download the file again`);
  }
  return parsePlain(await gunzip(bytes, size + 1, file), file);
}

function parsePlain(bytes: Uint8Array, file: string): IdxArray {
  const header = parseIdxHeader(bytes, file);
  const { encoding, shape, headerBytes, valueBytes } = header;
  const held = bytes.length - headerBytes;
  if (held < valueBytes) {
    throw new DataError(`${promiseOf(header, file)}, but holds ${held}: download the file again`);
  }
  if (held > valueBytes) {
    throw new DataError(`${promiseOf(header, file)}, but more follow: it was damaged or wrongly written`);
  }
  const data = encoding.decode(bytes.subarray(headerBytes), valueBytes / encoding.bytes);
  return { file, type: encoding.type, shape, data };
}

function promiseOf({ encoding, shape, valueBytes }: IdxHeader, file: string): string {
  return `${file} promises ${sizeText(shape, encoding)} = ${valueBytes} bytes after its header`;
}

interface IdxHeader {
  readonly encoding: Encoding;
  readonly shape: readonly number[];
  readonly headerBytes: number;
  readonly valueBytes: number;
}

export function parseIdxHeader(bytes: Uint8Array, file: string): IdxHeader {
  if (bytes.length === 0)
    throw new DataError(`${file} is empty; an IDX file begins with 4 bytes that name its type`);
  const magic = hex(bytes.subarray(0, 4));
  if (bytes[0] !== 0 || (bytes.length > 1 && bytes[1] !== 0)) {
    throw new DataError(
      `${file} begins with ${magic}; an IDX file begins with 00 00, a type code and its rank`,
    );
  }
  if (bytes.length < 4) {
    throw new DataError(
      `${file} ends after ${bytes.length} bytes, inside its header: download the file again`,
    );
  }
  const encoding = ENCODINGS.get(bytes[2]!);
  if (!encoding) {
    const known = Array.from(ENCODINGS, ([code, { type }]) => `${hex([code])} (${type})`).join(", ");
    throw new DataError(`${file} has the IDX type code ${hex([bytes[2]!])}; known are ${known}`);
  }
  const rank = bytes[3]!;
  const headerBytes = 4 + 4 * rank;
  if (rank === 0) throw new DataError(`${file} has no dimensions; examples need at least one`);
  if (bytes.length < headerBytes) {
    const wanted = `${headerBytes} bytes for ${rank} dimensions`;
    throw new DataError(`${file} ends after ${bytes.length} bytes; its header alone takes ${wanted}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const empty = shape.indexOf(0);
  if (empty >= 0)
    throw new DataError(`${file} has shape ${shape.join("×")}; dimension ${empty + 1} must be above 0`);
  const valueBytes = shape.reduce((product, dimension) => product * dimension, encoding.bytes);
  if (valueBytes > Number.MAX_SAFE_INTEGER - headerBytes) {
    throw new DataError(
      `${file} promises ${sizeText(shape, encoding)} bytes, more than any file holds: download it again`,
    );
  }
  return { encoding, shape, headerBytes, valueBytes };
}

function sizeText(shape: readonly number[], encoding: Encoding): string {
  return [...shape, ...(encoding.bytes > 1 ? [encoding.bytes] : [])].join("×");
}

function hex(bytes: Uint8Array | readonly number[]): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
