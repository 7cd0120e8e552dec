import { DataError } from "../../common/errors.ts";
import { type ArrayInFile, arrayReading, product } from "./array-reading.ts";
import { BYTES_OF, type ValueType } from "./binary-values.ts";
import { ByteReader, headOf, isCompressed, joined, streamBytes } from "./bytes.ts";
import type { Format, Reading } from "./format.ts";
import { GREATEST_RATIO } from "./gunzip.ts";

/**
 * NPY, one array of NumPy (NEP 1; versions 1 to 3), plain or gzip: bool, integers, floating point, both byte orders.
 * It takes no options. Limits: no objects, texts, complex numbers or dates; integers within ±2⁵³; channels last.
 * An array in Fortran order is held in memory as a whole, at most 2 GiB; in C order it streams.
 */
export const npyFormat: Format = {
  name: "npy",
  title: "NPY",
  recognises: (head) => looksLikeNpy(head),
  open: async (source) => {
    const most = (await isCompressed(source)) ? source.size * GREATEST_RATIO : source.size;
    return npyReading({
      file: source.name,
      head: await headOf(source, LONGEST_NPY_HEADER),
      most,
      exact: !(await isCompressed(source)),
      stream: () => streamBytes(source),
    });
  },
};

/** NumPy itself refuses longer headers. */
export const LONGEST_NPY_HEADER = 10_000 + 12;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const GREATEST_FORTRAN = 2 ** 31;

export interface NpyFile {
  readonly file: string;
  /** The first {@link LONGEST_NPY_HEADER} bytes. */
  readonly head: Uint8Array;
  /** The content has at most so many bytes, or exactly so many. */
  readonly most: number;
  readonly exact: boolean;
  readonly stream: () => AsyncIterable<Uint8Array>;
}

function looksLikeNpy(head: Uint8Array): boolean {
  return MAGIC.every((byte, i) => head[i] === byte);
}

/** @throws {DataError} when the header is damaged, means no examples, or promises what the file cannot hold */
export function npyReading(npy: NpyFile): Reading {
  const { array, fortran } = npyArray(npy);
  if (!fortran || array.shape.length < 2) return arrayReading(array);
  const { shape, headerBytes } = array;
  const stream = () => rowMajor(array);
  return arrayReading({ ...array, stream, headerBytes: 0 }, [
    `the array of shape ${shape.join("×")} is in Fortran order, so that ${headerBytes + sizeOf(array)} bytes are held in memory`,
  ]);
}

/** The array that a header describes. */
export function npyArray({ file, head, most, exact, stream }: NpyFile): {
  array: ArrayInFile;
  fortran: boolean;
} {
  if (!looksLikeNpy(head))
    throw new DataError(`${file} does not begin as NPY files do: write it by numpy.save`);
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const wide = head[6]! > 1;
  const prefix = wide ? 12 : 10;
  const textBytes = head.length < prefix ? 0 : wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const headerBytes = prefix + textBytes;
  if (head.length < headerBytes || textBytes === 0)
    throw new DataError(`${file} ends inside its header or has a damaged one: download the file again`);
  const text = new TextDecoder("latin1").decode(head.subarray(prefix, headerBytes));
  const descr = /'descr':\s*(?:'([^']*)'|(\[))/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const shapeText = /'shape':\s*\(([\d,\sL]*)\)/.exec(text);
  if (!descr || !order || !shapeText)
    throw new DataError(`${file} has a damaged NPY header: download the file again`);
  const { type, bigEndian } = typeOf(descr[1] ?? "a structured type", file);
  const shape = Array.from(shapeText[1]!.matchAll(/\d+/g), ([digits]) => Number(digits));
  const array = { file, type, bigEndian, shape, headerBytes, stream };
  const promised = headerBytes + sizeOf(array);
  if (promised > most) {
    const held = exact ? `but has ${most} bytes` : "which it cannot hold";
    throw new DataError(
      `${file} promises ${shape.join("×")} values of ${type}, ${promised} bytes, ${held}: download the file again`,
    );
  }
  if (exact && promised < most)
    throw new DataError(
      `${file} promises ${promised} bytes, but more follow: it was damaged or wrongly written`,
    );
  return { array, fortran: order[1] === "True" };
}

const TYPES: Readonly<Record<string, ValueType>> = {
  b1: "bool",
  u1: "uint8",
  i1: "int8",
  u2: "uint16",
  i2: "int16",
  u4: "uint32",
  i4: "int32",
  u8: "uint64",
  i8: "int64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

function typeOf(descr: string, file: string): { type: ValueType; bigEndian: boolean } {
  const type = TYPES[descr.slice(1)];
  if (type !== undefined) return { type, bigEndian: descr[0] === ">" };
  const kind = descr.includes("O") ? "Python objects, which are code" : `values of type ${descr}`;
  throw new DataError(`${file} holds ${kind}; numbers are needed: convert it by array.astype('float32')`);
}

function sizeOf({ shape, type }: ArrayInFile): number {
  return product(shape) * BYTES_OF[type];
}

/** The values of an array in Fortran order, reordered to rows. */
async function* rowMajor(array: ArrayInFile): AsyncGenerator<Uint8Array> {
  const { file, shape, type, headerBytes, stream } = array;
  const length = sizeOf(array);
  if (length > GREATEST_FORTRAN)
    throw new DataError(
      `${file} is in Fortran order and has ${length} bytes; at most 2 GiB can be turned: save numpy.ascontiguousarray of it`,
    );
  const reader = new ByteReader(stream());
  await reader.take(headerBytes);
  const parts: Uint8Array[] = [];
  let held = 0;
  while (held <= length) {
    const part = await reader.take(Math.min(1 << 20, length + 1 - held));
    if (part.length === 0) break;
    parts.push(part);
    held += part.length;
  }
  const columns = joined(parts, held);
  parts.length = 0;
  if (held !== length) {
    yield columns;
    return;
  }
  const [rows, ...example] = shape as [number, ...number[]];
  yield* transposed(columns, rows, example, BYTES_OF[type]);
}

function* transposed(from: Uint8Array, rows: number, example: number[], size: number): Generator<Uint8Array> {
  const width = product(example);
  const places = Array.from({ length: width }, (_, column) => fortranIndex(column, example) * rows);
  const atOnce = Math.max(1, Math.floor((1 << 20) / (width * size)));
  for (let first = 0; first < rows; first += atOnce) {
    const count = Math.min(atOnce, rows - first);
    const block = new Uint8Array(count * width * size);
    for (let i = 0, at = 0; i < count; i++) {
      for (const place of places) {
        const start = (place + first + i) * size;
        for (let byte = 0; byte < size; byte++) block[at++] = from[start + byte]!;
      }
    }
    yield block;
  }
}

/** Where the value with this row-major index stands when the first axis varies fastest. */
function fortranIndex(index: number, shape: readonly number[]): number {
  let [rest, place, stride] = [index, 0, product(shape)];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride /= shape[axis]!;
    place += (rest % shape[axis]!) * stride;
    rest = Math.floor(rest / shape[axis]!);
  }
  return place;
}
