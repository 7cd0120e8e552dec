/** Values given in code, of whatever kind, as rows in one typed array of this realm. */
import { DataError } from "../common/errors.ts";
import { valueText } from "../common/format.ts";
import type { Rows } from "./schema.ts";

type Kind = new (buffer: ArrayBuffer, offset: number, length: number) => Rows;

/** By the name that a typed array of any realm has. A clamped array is one of bytes, and Node's `Buffer` too. */
const KINDS: Readonly<Record<string, Kind>> = {
  Uint8Array,
  Uint8ClampedArray: Uint8Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
};
/** Typed arrays whose values fit into another kind. */
const CONVERTED: Readonly<Record<string, (values: ArrayLike<number | bigint>) => Rows>> = {
  Uint16Array: (values) => Int32Array.from(values as ArrayLike<number>),
  Uint32Array: (values) => Float64Array.from(values as ArrayLike<number>),
  Float16Array: (values) => Float32Array.from(values as ArrayLike<number>),
  BigInt64Array: (values) => Float64Array.from(values, numberOf),
  BigUint64Array: (values) => Float64Array.from(values, numberOf),
};

interface RowsAsked {
  /** Values of a row. */
  readonly size: number;
  /** What a row is, as in `an example`. */
  readonly what: string;
  /** Whether null and undefined stand for a missing value, as NaN does. */
  readonly mayMiss?: boolean;
}

/**
 * Takes typed arrays of any kind and realm, flat lists of numbers, and lists of rows, which may be nested as images are.
 * A typed array is not copied where its kind can stay.
 * @throws {DataError} saying what else was given
 */
export function givenRows(given: unknown, { size, what, mayMiss = false }: RowsAsked): Rows {
  const typed = typedArray(given);
  if (typed) return typed;
  if (!Array.isArray(given))
    throw new DataError(
      `${what} was looked for in ${kindOf(given)}: give an array of arrays of ${size} numbers, or all values in a typed array`,
    );
  if (given.length > 0 && given.every(isNumber)) return Float64Array.from(given, Number);
  // Not `map`, which leaves out what a sparse array lacks.
  const rows = Array.from(given, rowOf);
  const areBytes = rows.length > 0 && rows.every((row) => row instanceof Uint8Array);
  const values = areBytes ? new Uint8Array(rows.length * size) : new Float64Array(rows.length * size);
  for (const [index, row] of rows.entries()) values.set(row, index * size);
  return values;

  function rowOf(row: unknown, index: number): ArrayLike<number> {
    const values = typedArray(row) ?? (Array.isArray(row) ? flattened(row, index) : undefined);
    if (values?.length === size) return values;
    throw new DataError(
      `row ${index} is ${values ? `${values.length} values` : kindOf(row)}: ${what} is an array of ${size} numbers`,
    );
  }

  function flattened(row: readonly unknown[], index: number): number[] {
    return Array.from(row.flat(Number.POSITIVE_INFINITY), (value, column) => {
      if (isNumber(value)) return Number(value);
      if (mayMiss && (value === null || value === undefined)) return Number.NaN;
      throw new DataError(
        `row ${index}, value ${column} (counted from 0) is ${kindOf(value)}: ${what} is an array of ${size} numbers`,
      );
    });
  }
}

/** Of any realm; undefined for all else. */
function typedArray(given: unknown): Rows | undefined {
  if (!ArrayBuffer.isView(given)) return undefined;
  const name = Object.prototype.toString.call(given).slice("[object ".length, -1);
  const Kind = KINDS[name];
  const { buffer, byteOffset } = given;
  const { length } = given as unknown as { length: number };
  if (Kind)
    return given.constructor === Kind ? (given as Rows) : new Kind(buffer as ArrayBuffer, byteOffset, length);
  return CONVERTED[name]?.(given as unknown as ArrayLike<number | bigint>);
}

function isNumber(value: unknown): value is number | bigint | boolean {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

function numberOf(value: number | bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new DataError(`the value ${value} has more digits than a number holds: scale it before`);
}

/** `a Map`, `null`, `the text "a"` */
export function kindOf(value: unknown): string {
  if (typeof value === "string") return `the text ${valueText(value)}`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const name = Object.prototype.toString.call(value).slice("[object ".length, -1);
  const own = value.constructor?.name;
  if (name === "Object") return own && own !== "Object" ? `${article(own)} ${own}` : "an object";
  if (name === "Array") return "an array";
  return `${article(name)} ${name}`;
}

function article(name: string): string {
  return /^[AEIO]/.test(name) ? "an" : "a";
}
