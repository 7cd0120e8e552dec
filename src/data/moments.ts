import type { Dataset } from "./dataset.ts";
import { piecesOf } from "./storage.ts";

/** Mean and standard deviation of each value of an example, over all examples, in double precision. */
interface ColumnMoments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** As a model sees them. Missing values do not count; a value that was never observed has mean and deviation 0. */
export function columnMoments({ storage, divisor, preprocess, schema }: Dataset): ColumnMoments {
  if (schema.missing !== undefined) return observedMoments({ storage, divisor, preprocess });
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

/** The same where some values are NaN, which do not count (Welford 1962). */
function observedMoments({
  storage,
  divisor,
  preprocess,
}: Pick<Dataset, "storage" | "divisor"> & { preprocess: Dataset["preprocess"] }): ColumnMoments {
  const { size: width } = storage;
  const [count, mean, squares] = [0, 1, 2].map(() => new Float64Array(width)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const { rows } of piecesOf(storage))
    for (let i = 0; i < rows.length; i++) {
      const stored = rows[i]! / divisor;
      if (Number.isNaN(stored)) continue;
      const column = i % width;
      const value = preprocess ? (stored - preprocess.center[column]!) / preprocess.spread[column]! : stored;
      const distance = value - mean[column]!;
      mean[column]! += distance / ++count[column]!;
      squares[column]! += distance * (value - mean[column]!);
    }
  return { mean, deviation: squares.map((sum, column) => Math.sqrt(sum / Math.max(1, count[column]!))) };
}

/** Mean of each value of an example, over all examples, as a model sees them. */
export function columnMeans(data: Dataset): Float64Array {
  const { storage, divisor, preprocess, examples } = data;
  if (data.schema.missing !== undefined) return columnMoments(data).mean;
  const { size } = storage;
  const sum = new Float64Array(size);
  for (const { rows } of piecesOf(storage))
    for (let start = 0; start < rows.length; start += size)
      for (let column = 0; column < size; column++) sum[column]! += rows[start + column]!;
  return sum.map((each, column) => {
    const mean = each / divisor / examples;
    return preprocess ? (mean - preprocess.center[column]!) / preprocess.spread[column]! : mean;
  });
}

/** Share of rows whose value is `wanted` among those that have one, of each value of an example. */
export function columnShares(data: Dataset, wanted: number): Float64Array {
  const { storage, divisor, examples, schema } = data;
  const { size } = storage;
  const shares = new Float64Array(size);
  if (schema.missing !== undefined) {
    const counts = new Float64Array(size);
    for (const { rows } of piecesOf(storage))
      for (let i = 0; i < rows.length; i++) {
        if (!Number.isNaN(rows[i]!)) counts[i % size]!++;
        if (rows[i]! / divisor === wanted) shares[i % size]!++;
      }
    return shares.map((count, column) => count / Math.max(1, counts[column]!));
  }
  for (const { rows } of piecesOf(storage))
    for (let start = 0; start < rows.length; start += size)
      for (let column = 0; column < size; column++)
        if (rows[start + column]! / divisor === wanted) shares[column]! += 1 / examples;
  return shares;
}

/** Sum of the values of each example. A missing value counts as the mean of those that the example has. */
export function exampleSums({ storage, divisor, schema }: Dataset): Float64Array {
  const { size: width, examples } = storage;
  const sums = new Float64Array(examples);
  if (schema.missing !== undefined) {
    for (const { start, end, rows } of piecesOf(storage))
      for (let row = start; row < end; row++) {
        let [sum, observed] = [0, 0];
        for (let at = (row - start) * width; at < (row - start + 1) * width; at++) {
          if (Number.isNaN(rows[at]!)) continue;
          sum += rows[at]! / divisor;
          observed++;
        }
        sums[row] = observed === 0 ? 0 : (sum * width) / observed;
      }
    return sums;
  }
  for (const { start, rows } of piecesOf(storage))
    for (let i = 0; i < rows.length; i++) sums[start + Math.floor(i / width)]! += rows[i]! / divisor;
  return sums;
}

/**
 * Which of some values are the same in all examples that have them. The rows are read once, and only until none is left.
 * @param asked indices of the values in an example
 */
export function constantAmong({ storage }: Dataset, asked: readonly number[]): number[] {
  const first = new Float64Array(storage.size).fill(Number.NaN);
  let left = [...asked];
  for (const { rows } of piecesOf(storage)) {
    left = left.filter((column) => {
      for (let at = column; at < rows.length; at += storage.size) {
        const value = rows[at]!;
        if (Number.isNaN(value)) continue;
        if (Number.isNaN(first[column]!)) first[column] = value;
        else if (value !== first[column]) return false;
      }
      return true;
    });
    if (left.length === 0) break;
  }
  return left;
}
