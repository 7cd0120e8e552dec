import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Principal components of some rows, in descending order of variance. */
export interface PrincipalComponents {
  readonly mean: Float64Array;
  /** [components, values], row-major; orthonormal. */
  readonly directions: Float64Array;
  /** Variance along each: eigenvalues of the covariance, over n. */
  readonly variances: Float64Array;
  /** Mean variance of the directions left out: the noise σ² of probabilistic PCA (Tipping & Bishop 1999, eq. 8). */
  readonly residualVariance: number;
}

/**
 * @param rows [examples, values], row-major
 * @param components at most as many as there are values
 */
export function principalComponents(
  rows: Float32Array,
  values: number,
  components: number,
): PrincipalComponents {
  const { mean, covariance } = covarianceOf(rows, values);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  // Ascending, as ml-matrix gives those of symmetric matrices.
  const kept = Array.from({ length: components }, (_, index) => values - 1 - index);
  const directions = new Float64Array(components * values);
  for (const [component, column] of kept.entries())
    directions.set(eigenvectorMatrix.getColumn(column), component * values);
  const left = realEigenvalues.slice(0, values - components);
  return {
    mean,
    directions,
    variances: Float64Array.from(kept, (column) => Math.max(0, realEigenvalues[column]!)),
    residualVariance: left.length === 0 ? 0 : Math.max(0, left.reduce((sum, v) => sum + v, 0) / left.length),
  };
}

/** Coordinates along the components. @returns [examples, components], row-major */
export function project({ mean, directions }: PrincipalComponents, rows: Float32Array): Float32Array {
  const values = mean.length;
  const components = directions.length / values;
  const examples = rows.length / values;
  const scores = new Float32Array(examples * components);
  const centred = new Float64Array(values);
  for (let example = 0; example < examples; example++) {
    for (let v = 0; v < values; v++) centred[v] = rows[example * values + v]! - mean[v]!;
    for (let c = 0; c < components; c++) {
      let score = 0;
      for (let v = 0; v < values; v++) score += directions[c * values + v]! * centred[v]!;
      scores[example * components + c] = score;
    }
  }
  return scores;
}

/** ‖row − its projection‖² of each example: what the components leave out. */
export function residuals(pca: PrincipalComponents, rows: Float32Array, scores: Float32Array): Float64Array {
  const values = pca.mean.length;
  const components = pca.directions.length / values;
  return Float64Array.from({ length: rows.length / values }, (_, example) => {
    let square = 0;
    for (let v = 0; v < values; v++) square += (rows[example * values + v]! - pca.mean[v]!) ** 2;
    for (let c = 0; c < components; c++) square -= scores[example * components + c]! ** 2;
    return Math.max(0, square);
  });
}

/**
 * ln p(x) of each example under probabilistic PCA with maximum-likelihood parameters, in nats (Tipping & Bishop 1999,
 * eq. 4, 7 and 8): a normal density whose covariance has the components' variances along them and the residual
 * variance across. Undefined where that is 0, because the density then is not finite.
 */
export function probabilisticPcaLogLikelihood(
  pca: PrincipalComponents,
  rows: Float32Array,
): Float64Array | undefined {
  const { variances, residualVariance } = pca;
  const values = pca.mean.length;
  const components = variances.length;
  if (!(residualVariance > 0)) return undefined;
  const scores = project(pca, rows);
  const left = residuals(pca, rows, scores);
  // A component kept cannot have less variance than the noise.
  const kept = variances.map((variance) => Math.max(variance, residualVariance));
  const logDeterminant =
    kept.reduce((sum, variance) => sum + Math.log(variance), 0) +
    (values - components) * Math.log(residualVariance);
  return left.map((residual, example) => {
    let distance = residual / residualVariance;
    for (let c = 0; c < components; c++) distance += scores[example * components + c]! ** 2 / kept[c]!;
    return -0.5 * (values * Math.log(2 * Math.PI) + logDeterminant + distance);
  });
}

/** Zeros cost nothing: images are mostly background. */
function covarianceOf(rows: Float32Array, values: number): { mean: Float64Array; covariance: Matrix } {
  const examples = rows.length / values;
  const mean = new Float64Array(values);
  const products = new Float64Array(values * values);
  const nonZero = new Uint32Array(values);
  for (let example = 0; example < examples; example++) {
    const start = example * values;
    let count = 0;
    for (let v = 0; v < values; v++) if (rows[start + v] !== 0) nonZero[count++] = v;
    for (let i = 0; i < count; i++) {
      const [row, a] = [nonZero[i]!, rows[start + nonZero[i]!]!];
      mean[row]! += a / examples;
      for (let j = 0; j <= i; j++) products[row * values + nonZero[j]!]! += a * rows[start + nonZero[j]!]!;
    }
  }
  const covariance = new Matrix(values, values);
  for (let i = 0; i < values; i++)
    for (let j = 0; j <= i; j++) {
      const value = products[i * values + j]! / examples - mean[i]! * mean[j]!;
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  return { mean, covariance };
}
