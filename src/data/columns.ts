import { DataError } from "../common/errors.ts";
import type { Rows } from "./schema.ts";

/** What the values of one column of a table are: reals, 0 and 1, whole numbers from 0, or class indices. */
export type Column =
  | { readonly kind: "real" }
  | { readonly kind: "binary" }
  | { readonly kind: "count" }
  | { readonly kind: "categorical"; readonly classes: number };

/**
 * Makes sure that a table's values are what its columns are said to be.
 * @param where names the data in messages
 * @throws {DataError} naming row, column and value of the first that is not
 */
export function checkColumns(rows: Rows, divisor: number, columns: readonly Column[], where: string): void {
  for (let i = 0; i < rows.length; i++) {
    const column = columns[i % columns.length]!;
    const value = rows[i]! / divisor;
    if (column.kind === "real" || (Number.isInteger(value) && value >= 0 && value <= greatestOf(column)))
      continue;
    const place = `row ${Math.floor(i / columns.length)}, column ${i % columns.length} (counted from 0)`;
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
