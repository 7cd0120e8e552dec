/** Small statistics of plain arrays. */
/** A mean and its standard error. */
export interface MeanWithError {
  readonly mean: number;
  /** The values' standard deviation over √n; NaN for one value. */
  readonly standardError: number;
}

export function meanWithError(values: Float64Array): MeanWithError {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}

/** The value below which a part p of the values lies, interpolated linearly. @param p in [0, 1] */
export function quantile(values: ArrayLike<number>, p: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/** The same of values in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const position = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
  return low + (high - low) * (position - Math.floor(position));
}

/** Of numbers that are as large as 1: what single precision cannot tell apart. */
const RESOLUTION = 2 ** -24;

/** A standard deviation to divide by: 1 for a constant, whose own is a rounding error, or 0. */
export function spreadOf(deviation: number, mean: number): number {
  return deviation > RESOLUTION * Math.abs(mean) ? deviation : 1;
}

/**
 * Indices of values from the lowest to the highest; of equal ones, in their order. A value that is not a number comes
 * first: a comparator of differences that meets one orders nothing.
 */
export function lowestFirst(values: ArrayLike<number>): number[] {
  const keys = Float64Array.from(values, (each) => (Number.isNaN(each) ? Number.NEGATIVE_INFINITY : each));
  return Array.from(keys.keys()).sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
}
