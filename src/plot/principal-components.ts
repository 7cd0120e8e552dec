/** The plane along which points differ most, to see a latent space of many dimensions in two. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { DataError } from "../common/errors.ts";
import { requireInteger } from "./pixels.ts";

export interface PrincipalComponents {
  /** latent values: where the components meet. */
  readonly mean: Float64Array;
  /** count × latent, of unit length, that of the largest variance first; the largest entry of each is positive. */
  readonly components: Float64Array;
  /** Variance along each component, of the sample (n − 1). */
  readonly variances: Float64Array;
  /** The share of all variance that lies along each component. */
  readonly shares: Float64Array;
}

/**
 * @param points n × latent
 * @param count components wanted, at most latent
 * @throws {DataError} for fewer than two points, or part of one
 */
export function principalComponents(points: Float32Array, latent: number, count = 2): PrincipalComponents {
  requireInteger("latent", latent, 1);
  requireInteger("count", count, 1);
  if (count > latent) throw new DataError(`points of ${latent} dimensions have no ${count} components`);
  const rows = points.length / latent;
  if (!Number.isInteger(rows) || rows < 2)
    throw new DataError(`${points.length} values are not two points or more of ${latent} dimensions`);
  const mean = new Float64Array(latent);
  for (let at = 0; at < points.length; at++) mean[at % latent]! += points[at]! / rows;

  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance(points, mean, rows), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues
    .map((_, index) => index)
    .sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const total = realEigenvalues.reduce((sum, value) => sum + value, 0);
  const chosen = order.slice(0, count);
  const variances = Float64Array.from(chosen, (index) => Math.max(0, realEigenvalues[index]!));
  return {
    mean,
    components: Float64Array.from(chosen.flatMap((index) => oriented(eigenvectorMatrix.getColumn(index)))),
    variances,
    shares: variances.map((variance) => (total > 0 ? variance / total : 0)),
  };
}

/** Coordinates of points along the components. @returns [n, count], row-major */
export function project(
  points: Float32Array,
  { mean, components, variances }: PrincipalComponents,
): Float32Array {
  const [latent, count] = [mean.length, variances.length];
  const projected = new Float32Array((points.length / latent) * count);
  for (let index = 0; index < projected.length; index++) {
    const [row, component] = [Math.floor(index / count), index % count];
    for (let at = 0; at < latent; at++)
      projected[index]! += (points[row * latent + at]! - mean[at]!) * components[component * latent + at]!;
  }
  return projected;
}

function covariance(points: Float32Array, mean: Float64Array, rows: number): Matrix {
  const latent = mean.length;
  const sums = new Float64Array(latent * latent);
  const centred = new Float64Array(latent);
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < latent; at++) centred[at] = points[row * latent + at]! - mean[at]!;
    for (let i = 0; i < latent; i++)
      for (let j = 0; j <= i; j++) sums[i * latent + j]! += centred[i]! * centred[j]!;
  }
  const matrix = new Matrix(latent, latent);
  for (let i = 0; i < latent; i++)
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, sums[i * latent + j]! / (rows - 1));
      matrix.set(j, i, sums[i * latent + j]! / (rows - 1));
    }
  return matrix;
}

/** An eigenvector may as well point the other way; pictures of the same points should not. */
function oriented(vector: readonly number[]): number[] {
  const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? vector.map((value) => -value) : [...vector];
}
