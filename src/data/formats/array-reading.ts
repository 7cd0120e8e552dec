import { DataError } from "../../common/errors.ts";
import { BYTES_OF, decodeValues, type ValueType } from "./binary-values.ts";
import { ByteReader } from "./bytes.ts";
import { refuseInfinite } from "./finite.ts";
import type { Chunk, Reading } from "./format.ts";

/** Bytes of the values that are handed out at once. */
const CHUNK = 1 << 22;

/** No example may be larger, in bytes: a batch of them would not fit in memory. */
const GREATEST_EXAMPLE = 2 ** 28;

/** An array in a file: a header, then product(shape) values, row-major. */
export interface ArrayInFile {
  readonly file: string;
  readonly type: ValueType;
  readonly bigEndian: boolean;
  /** [examples, …example] */
  readonly shape: readonly number[];
  readonly headerBytes: number;
  /** The file's content from its first byte. */
  readonly stream: () => AsyncIterable<Uint8Array>;
}

/**
 * The reading of an array whose first axis counts the examples. Lengths are checked while it streams.
 *
 * @throws {DataError} when the shape means no examples
 */
export function arrayReading(array: ArrayInFile, notes: readonly string[] = []): Reading {
  const shape = exampleShape(array);
  checkExampleSize(shape, array);
  const [examples] = array.shape as [number];
  return { shape, examples, notes, skipped: [], chunks: () => arrayChunks(array, shape) };
}

/**
 * The shape of an example: images get their channel axis.
 *
 * @throws {DataError} for single values, an empty axis, or channels first
 */
function exampleShape({ file, shape }: Pick<ArrayInFile, "file" | "shape">): readonly number[] {
  const [examples, ...example] = shape;
  if (example.length === 0) {
    throw new DataError(`${file} holds ${examples ?? 1} single values, as label files do; examples are rows`);
  }
  const empty = shape.indexOf(0);
  if (empty >= 0)
    throw new DataError(`${file} has shape ${shape.join("×")}; dimension ${empty + 1} must be above 0`);
  const channels = example[2];
  if (example.length > 3 || (channels !== undefined && ![1, 3, 4].includes(channels))) {
    throw new DataError(
      `${file} has shape ${shape.join("×")}; images are examples×height×width, or that with 1, 3 or 4 channels last`,
    );
  }
  return example.length === 2 ? [...example, 1] : example;
}

export function product(shape: readonly number[]): number {
  return shape.reduce((whole, dimension) => whole * dimension, 1);
}

function checkExampleSize(shape: readonly number[], { file, type }: ArrayInFile): void {
  if (product(shape) * BYTES_OF[type] > GREATEST_EXAMPLE) {
    throw new DataError(
      `${file} has examples of ${shape.join("×")} values; at most 256 MiB each can be read: divide them`,
    );
  }
}

async function* arrayChunks(array: ArrayInFile, shape: readonly number[]): AsyncGenerator<Chunk> {
  const { file, type, bigEndian, headerBytes, stream } = array;
  const width = product(shape);
  const rowBytes = width * BYTES_OF[type];
  const [examples] = array.shape as [number];
  const atOnce = Math.max(1, Math.floor(CHUNK / rowBytes));
  const reader = new ByteReader(stream());
  try {
    await reader.take(headerBytes);
    for (let first = 0; first < examples; first += atOnce) {
      const count = Math.min(atOnce, examples - first);
      const bytes = await reader.take(count * rowBytes);
      if (bytes.length < count * rowBytes) {
        const row = first + Math.floor(bytes.length / rowBytes);
        throw new DataError(
          `${file} promises ${examples} examples and ends inside row ${row} (counted from 0): download it again`,
        );
      }
      const where = (i: number) => `${file}: row ${first + Math.floor(i / width)}, column ${i % width}`;
      const rows = decodeValues(bytes, type, bigEndian, where);
      refuseInfinite(rows, width, file, first);
      yield { count, rows };
    }
    if ((await reader.take(1)).length > 0) {
      throw new DataError(
        `${file} has more bytes than its ${examples} examples: it was damaged or written wrongly`,
      );
    }
  } finally {
    await reader.close();
  }
}
