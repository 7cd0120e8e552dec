import { Matrix, solve } from "ml-matrix";

/** @param rows of `width` values, row-major @returns mean and variance of each column, in double precision */
export function momentsOf(
  rows: ArrayLike<number>,
  width: number,
): { mean: Float64Array; variance: Float64Array } {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  const variance = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) mean[at % width]! += rows[at]! / count;
  for (let at = 0; at < rows.length; at++)
    variance[at % width]! += (rows[at]! - mean[at % width]!) ** 2 / count;
  return { mean, variance };
}

/** Added to the diagonal, in units of the features' variance: columns that repeat one another stay solvable. */
const RIDGE = 1e-6;

/**
 * R² of the least-squares fit of a target by a linear function of features.
 * @param features rows of `width` values, row-major
 * @param target one number a row
 * @returns between 0 and 1; undefined when the target does not vary
 */
export function explainedVariance(
  features: ArrayLike<number>,
  width: number,
  target: ArrayLike<number>,
): number | undefined {
  const { mean, variance } = momentsOf(features, width);
  const [aim, spread] = [momentsOf(target, 1).mean[0]!, momentsOf(target, 1).variance[0]!];
  if (spread < 1e-12) return undefined;
  const rows = target.length;
  const centred = new Matrix(rows, width);
  for (let row = 0; row < rows; row++)
    for (let at = 0; at < width; at++) centred.set(row, at, features[row * width + at]! - mean[at]!);
  const wanted = Matrix.columnVector(Array.from({ length: rows }, (_, row) => target[row]! - aim));
  const squares = centred.transpose().mmul(centred);
  for (let at = 0; at < width; at++)
    squares.set(at, at, squares.get(at, at) + rows * (RIDGE * variance[at]! + 1e-30));
  const fitted = centred.mmul(solve(squares, centred.transpose().mmul(wanted)));
  const unexplained = Matrix.sub(wanted, fitted).norm("frobenius") ** 2 / rows;
  return Math.min(1, Math.max(0, 1 - unexplained / spread));
}
