import { DataError } from "../common/errors.ts";
import type { Column } from "./columns.ts";

/** Values of examples, row-major; the type is the smallest that holds them. */
export type Rows = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** What a model may assume of an example: its shape, and the values it can take after scaling. */
export interface Schema {
  /** Of one example; images are [height, width, channels]. */
  readonly shape: readonly number[];
  /** `binary`: 0 and 1 only; `unit`: reals in [0, 1]; `count`: whole numbers from 0; `real`: all else. */
  readonly kind: "binary" | "unit" | "real" | "count";
  /** Least and greatest value after scaling. */
  readonly range: readonly [number, number];
  /** Of a table, what each column is; absent: all values are of the one kind. */
  readonly columns?: readonly Column[];
}

/** 255 for a `Uint8Array` that goes beyond 1, which is how pixels are stored; 1 for all else, bits included. */
export function naturalDivisor(rows: Rows): number {
  if (!(rows instanceof Uint8Array)) return 1;
  for (let i = 0; i < rows.length; i++) if (rows[i]! > 1) return 255;
  return 1;
}

/**
 * Reads all values once.
 *
 * @param rows examples × product(shape), not empty.
 * @param divisor value = rows[i] / divisor.
 * @param where names the data in messages.
 * @throws {DataError} naming row and column of the first value that is not finite.
 */
export function describeValues(rows: Rows, shape: readonly number[], divisor: number, where: string): Schema {
  const values = rows instanceof Uint8Array ? distinctBytes(rows) : rows;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  let bits = true;
  let whole = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! / divisor;
    if (!Number.isFinite(value)) throw notFinite(value, i, shape, where);
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    if (bits && value !== 0 && value !== 1) bits = false;
    if (whole && !Number.isInteger(value)) whole = false;
  }
  const range = [least, greatest] as const;
  return { shape, kind: kindOf(bits, whole, range), range };
}

function kindOf(bits: boolean, whole: boolean, [least, greatest]: Schema["range"]): Schema["kind"] {
  if (bits) return "binary";
  if (least >= 0 && greatest <= 1) return "unit";
  return whole && least >= 0 ? "count" : "real";
}

function notFinite(value: number, index: number, shape: readonly number[], where: string): DataError {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const place = `row ${Math.floor(index / size)}, column ${index % size} (counted from 0)`;
  return new DataError(`${where}: ${place} is ${value}; every value must be a finite number`);
}

const WORDS_BETWEEN_CHECKS = 1 << 16;

/** The values that occur, ascending. */
function distinctBytes(rows: Uint8Array): number[] {
  const seen = new Uint8Array(256);
  const unaligned = (4 - (rows.byteOffset % 4)) % 4;
  const wordCount = Math.max(0, Math.floor((rows.length - unaligned) / 4));
  if (wordCount > 0) markWords(seen, new Uint32Array(rows.buffer, rows.byteOffset + unaligned, wordCount));
  markBytes(seen, rows.subarray(0, unaligned));
  markBytes(seen, rows.subarray(unaligned + 4 * wordCount));
  return Array.from(seen.keys()).filter((value) => seen[value] === 1);
}

function markBytes(seen: Uint8Array, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) seen[bytes[i]!] = 1;
}

/** Marks four bytes at a time; words of zeros, which are most of MNIST, at once; no more once all values occurred. */
function markWords(seen: Uint8Array, words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) {
    if (i % WORDS_BETWEEN_CHECKS === 0 && !seen.includes(0)) return;
    const word = words[i]!;
    if (word === 0) {
      seen[0] = 1;
      continue;
    }
    seen[word & 255] = 1;
    seen[(word >>> 8) & 255] = 1;
    seen[(word >>> 16) & 255] = 1;
    seen[word >>> 24] = 1;
  }
}
