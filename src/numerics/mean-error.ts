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
