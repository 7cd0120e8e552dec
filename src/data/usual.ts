import { type Dataset, exampleSize, exampleValues, spread, take } from "./dataset.ts";
import { piecesOf } from "./storage.ts";

/** Examples that are looked at for what is usual, at even distances. */
const LOOKED_AT = 1000;
/** Part of the values at each end that may be odd. */
const MAY_BE_ODD = 0.1;

/** What is usual in a column: most values lie within `range` around the median. */
interface Usual {
  readonly median: number;
  /** Above 0. */
  readonly range: number;
}

/** Of each value of a row, as a model sees them, without missing ones; undefined where there are too few rows to tell. */
function usualOf(data: Dataset): Usual[] | undefined {
  const rows = spread(data, LOOKED_AT);
  const odd = Math.max(1, Math.floor(MAY_BE_ODD * rows.examples));
  if (rows.examples <= 2 * odd) return undefined;
  const values = exampleValues(rows, { start: 0, end: rows.examples });
  const width = exampleSize(data);
  const columns = Array.from({ length: width }, (_, column) => {
    const sorted = Float64Array.from({ length: rows.examples }, (__, i) => values[i * width + column]!)
      .filter((value) => !Number.isNaN(value))
      .sort();
    if (sorted.length <= 2 * odd) return { median: Number.NaN, range: 0 };
    const median = sorted[sorted.length >> 1]!;
    return { median, range: sorted.at(-1 - odd)! - sorted[odd]! || deviationOfFew(sorted, median) };
  });
  const widest = columns.reduce((most, { range }) => Math.max(most, range), 0);
  return columns.map(({ median, range }) => ({ median, range: range || widest || Math.abs(median) || 1 }));
}

/** How far the values lie from the median that differ from it, where nearly all do not; 0 where one or two do. */
function deviationOfFew(sorted: Float64Array, median: number): number {
  const differing = sorted
    .map((value) => Math.abs(value - median))
    .filter((each) => each > 0)
    .sort();
  return differing.length > 2 ? differing[differing.length >> 1]! : 0;
}

/** A mean farther from the median than this many ranges of usual values is one of odd values. */
const FAR = 10;

/**
 * Means of values; where odd ones, such as −9999 among numbers of order 1, have moved a mean beyond all usual values, the
 * median instead.
 * @param means of `data`, by column
 */
export function usualMeans(data: Dataset, means: Float64Array): Float64Array {
  const usual = usualOf(data);
  if (!usual) return means;
  return means.map((mean, column) => {
    const { median, range } = usual[column]!;
    return Math.abs(mean - median) > FAR * range ? median : mean;
  });
}

/** A value that lies out of all proportion to the others of its column. */
export interface OddValue {
  readonly row: number;
  readonly column: number;
  /** As a model sees it. */
  readonly value: number;
  readonly median: number;
}

/** Ranges of usual values that a value must be away from them to be out of all proportion. */
const OUT_OF_PROPORTION = 1e6;
/** Integers of these sizes have no room for that. */
const SMALL = ["Uint8Array", "Int8Array", "Int16Array"];

/**
 * Rows without those that have a real value a million times as far from the others as these lie from one another: what is
 * computed over rows of both, such as a mean, a spread or a gradient, is of the odd one alone. Where more than a tenth of
 * the rows are such, all rows are as they are.
 * @param isReal whether a column has real values
 * @returns the same data, and no odd values, where all rows are usual
 */
export function usualRows(
  data: Dataset,
  isReal: (column: number) => boolean,
): { readonly data: Dataset; readonly odd: readonly OddValue[] } {
  const none = { data, odd: [] };
  const { storage, divisor, preprocess, examples } = data;
  if (SMALL.includes(storage.type)) return none;
  const usual = usualOf(data);
  if (!usual) return none;
  const limits = usual.map(({ median, range }, column) =>
    isReal(column) ? [median, OUT_OF_PROPORTION * range] : [],
  );
  const { size } = storage;
  const odd: OddValue[] = [];
  for (const { start, rows } of piecesOf(storage))
    for (let first = 0; first < rows.length; first += size)
      for (let column = 0; column < size; column++) {
        const [median, most] = limits[column]!;
        const scaled = rows[first + column]! / divisor;
        const value = preprocess
          ? (scaled - preprocess.center[column]!) / preprocess.spread[column]!
          : scaled;
        if (median === undefined || !(Math.abs(value - median) > most!)) continue;
        odd.push({ row: start + first / size, column, value, median });
        break;
      }
  if (odd.length === 0 || odd.length > MAY_BE_ODD * examples) return none;
  const left = new Set(odd.map(({ row }) => row));
  const kept = Uint32Array.from({ length: examples }, (_, row) => row).filter((row) => !left.has(row));
  return { data: take(data, kept), odd };
}
