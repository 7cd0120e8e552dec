import { DataError } from "../common/errors.ts";
import type { ColumnKind } from "../common/support.ts";

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
  /** Names of the classes, by class index; absent: they have none, or there are no labels. */
  readonly labelNames?: readonly string[];
  /** How many values are missing: they are NaN. Absent: none. */
  readonly missing?: number;
}

/** What the values of one column of a table are: reals, 0 and 1, whole numbers from 0, or class indices. */
export type Column = ColumnKind & {
  /** As in the header of the table. */
  readonly name?: string;
  /** Of a binary or categorical column, the texts that its values stand for. */
  readonly categories?: readonly string[];
};

/** What a model sees of each value of an example: (value − center) / spread. */
export interface Preprocess {
  readonly center: readonly number[];
  /** Above 0. */
  readonly spread: readonly number[];
}

/** 255 for a `Uint8Array` that goes beyond 1, which is how pixels are stored; 1 for all else, bits included. */
export function naturalDivisor(rows: Rows): number {
  if (!(rows instanceof Uint8Array)) return 1;
  for (let i = 0; i < rows.length; i++) if (rows[i]! > 1) return 255;
  return 1;
}

/**
 * Learns what values are like, some at a time.
 */
export class ValueDescription {
  private least = Number.POSITIVE_INFINITY;
  private greatest = Number.NEGATIVE_INFINITY;
  private bits = true;
  private whole = true;
  private missing = 0;
  private readonly about: DescribedValues;

  constructor(about: DescribedValues) {
    this.about = about;
  }

  /**
   * @param rows whole examples, row-major
   * @param firstRow index of the first of them
   * @throws {DataError} naming row and column of the first value that is not finite, or beyond single precision
   */
  add(rows: Rows, firstRow = 0): void {
    const { divisor } = this.about;
    const values = rows instanceof Uint8Array ? distinctBytes(rows) : rows;
    let { least, greatest, bits, whole } = this;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]! / divisor;
      if (!(Math.abs(value) <= GREATEST_FLOAT32)) {
        this.refuseOrCount(value, i, firstRow);
        continue;
      }
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      if (bits && value !== 0 && value !== 1) bits = false;
      if (whole && !Number.isInteger(value)) whole = false;
    }
    Object.assign(this, { least, greatest, bits, whole });
  }

  /** @throws {DataError} when all values are missing */
  schema(): Schema {
    const { shape, where } = this.about;
    const { least, greatest, bits, whole, missing } = this;
    if (least > greatest)
      throw new DataError(`${where} has no values, all are missing; it needs at least one`);
    const range = [least, greatest] as const;
    return { shape, kind: kindOf(bits, whole, range), range, ...(missing > 0 && { missing }) };
  }

  private refuseOrCount(value: number, index: number, firstRow: number): void {
    const { shape, where, mayMiss } = this.about;
    if (mayMiss && Number.isNaN(value)) {
      this.missing++;
      return;
    }
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const place = `row ${firstRow + Math.floor(index / size)}, column ${index % size} (counted from 0)`;
    throw new DataError(
      Number.isFinite(value)
        ? `${where}: ${place} is ${value}, beyond the greatest number in single precision, 3.4e38: use another unit`
        : `${where}: ${place} is ${value}; every value must be a finite number`,
    );
  }
}

/** What a {@link ValueDescription} is of. */
interface DescribedValues {
  /** Of one example. */
  readonly shape: readonly number[];
  /** value = stored value / divisor */
  readonly divisor: number;
  /** Names the data in messages. */
  readonly where: string;
  /** Whether NaN stands for a missing value. */
  readonly mayMiss?: boolean;
}

/** (2 − 2⁻²³) × 2¹²⁷ */
export const GREATEST_FLOAT32 = 3.4028234663852886e38;

function kindOf(bits: boolean, whole: boolean, [least, greatest]: Schema["range"]): Schema["kind"] {
  if (bits) return "binary";
  if (least >= 0 && greatest <= 1) return "unit";
  return whole && least >= 0 ? "count" : "real";
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

/**
 * Makes sure that a table's values are what its columns are said to be. Missing values, NaN, may stand anywhere.
 * @param rows whole examples, row-major
 * @param where names the data in messages
 * @param firstRow index of the first of them
 * @throws {DataError} naming row, column and value of the first that is not
 */
export function checkColumns(
  rows: Rows,
  divisor: number,
  columns: readonly Column[],
  where: string,
  firstRow = 0,
): void {
  for (let i = 0; i < rows.length; i++) {
    const column = columns[i % columns.length]!;
    const value = rows[i]! / divisor;
    if (column.kind === "real" || Number.isNaN(value)) continue;
    if (Number.isInteger(value) && value >= 0 && value <= greatestOf(column)) continue;
    const row = firstRow + Math.floor(i / columns.length);
    const named = column.name === undefined ? "" : ` '${column.name}'`;
    const place = `row ${row}, column ${i % columns.length}${named} (counted from 0)`;
    throw new DataError(`${where}: ${place} is ${value}; ${needsOf(column)}`);
  }
}

function greatestOf(column: Exclude<Column, { kind: "real" }>): number {
  if (column.kind === "count") return Number.POSITIVE_INFINITY;
  return column.kind === "binary" ? 1 : column.classes - 1;
}

function needsOf(column: Column): string {
  if (column.kind === "count") return "a count column needs whole numbers from 0";
  if (column.kind === "categorical")
    return `a categorical column of ${column.classes} classes needs whole numbers from 0 to ${column.classes - 1}`;
  return "a binary column needs 0 and 1";
}
