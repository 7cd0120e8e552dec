import type { Dataset } from "./dataset.ts";
import { piecesOf } from "./storage.ts";

/** Mean and standard deviation of each value of an example, over all examples, in double precision. */
interface ColumnMoments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** As a model sees them. */
export function columnMoments({ storage, divisor, preprocess }: Dataset): ColumnMoments {
  const { size: width, examples } = storage;
  const seen = (value: number, column: number) =>
    preprocess
      ? (value / divisor - preprocess.center[column]!) / preprocess.spread[column]!
      : value / divisor;
  const sum = new Float64Array(width);
  for (const { rows } of piecesOf(storage))
    for (let i = 0; i < rows.length; i++) sum[i % width]! += seen(rows[i]!, i % width);
  const mean = sum.map((each) => each / examples);
  const variance = new Float64Array(width);
  for (const { rows } of piecesOf(storage))
    for (let i = 0; i < rows.length; i++)
      variance[i % width]! += (seen(rows[i]!, i % width) - mean[i % width]!) ** 2 / examples;
  return { mean, deviation: variance.map(Math.sqrt) };
}

/** Sum of the values of each example. */
export function exampleSums({ storage, divisor }: Dataset): Float64Array {
  const { size: width, examples } = storage;
  const sums = new Float64Array(examples);
  for (const { start, rows } of piecesOf(storage))
    for (let i = 0; i < rows.length; i++) sums[start + Math.floor(i / width)]! += rows[i]! / divisor;
  return sums;
}

/** Whether a value is the same in all examples. @param column index of the value in an example */
export function isConstant({ storage }: Dataset, column: number): boolean {
  const first = storage.range(0, 1)[column];
  for (const { rows } of piecesOf(storage))
    for (let at = column; at < rows.length; at += storage.size) if (rows[at] !== first) return false;
  return true;
}
