import { DataError } from "../../common/errors.ts";
import type { Rows } from "../schema.ts";

/** (2 − 2⁻²³) × 2¹²⁷ */
export const GREATEST_FLOAT32 = 3.4028234663852886e38;

/**
 * Refuses infinities and what single precision cannot hold. NaN is a missing value and passes.
 *
 * @param width values of an example
 * @param file names the file in messages
 * @param firstRow index of the first example of `rows` in the file
 * @throws {DataError} naming file, row and column, counted from 0
 */
export function refuseInfinite(rows: Rows, width: number, file: string, firstRow: number): void {
  if (!(rows instanceof Float32Array || rows instanceof Float64Array)) return;
  for (let i = 0; i < rows.length; i++) {
    const value = rows[i]!;
    if (Math.abs(value) > GREATEST_FLOAT32) {
      const place = `row ${firstRow + Math.floor(i / width)}, column ${i % width} (counted from 0)`;
      throw new DataError(`${file}: ${place} is ${value}, ${reasonAgainst(value)}`);
    }
  }
}

/** For the end of a sentence about a value that {@link refuseInfinite} refuses. */
export function reasonAgainst(value: number): string {
  return Number.isFinite(value)
    ? "beyond the greatest number in single precision, 3.4e38: use another unit"
    : "which is not finite: leave it empty or write NaN if it is missing";
}
