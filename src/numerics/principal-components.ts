import { DataError } from "../common/errors.ts";
import { momentsOf } from "./covariance.ts";
import { dotProducts } from "./dot-products.ts";
import { leadingEigenpairs } from "./leading-eigenvectors.ts";

/** Share of the variance that rounding alone can leave where there is none, rows being in single precision. */
const ROUNDING = 1e-12;

/** Principal components of some rows, in descending order of variance. */
export interface PrincipalComponents {
  /** Of each column. */
  readonly mean: Float64Array;
  /** [components, values], row-major; orthonormal; the entry of each that is largest in size is positive. */
  readonly directions: Float64Array;
  /** Variance along each: eigenvalues of the covariance, over n. */
  readonly variances: Float64Array;
  /** The share of all variance that lies along each. */
  readonly shares: Float64Array;
  /** Mean variance of the directions left out: the noise σ² of probabilistic PCA (Tipping & Bishop 1999, eq. 8). */
  readonly residualVariance: number;
}

/** Projections of rows on the components. */
export interface Projection {
  /** Coordinates along the components, [examples, components], row-major. */
  readonly scores: Float64Array;
  /** ‖row − its projection‖² of each example: what the components leave out. */
  readonly squaredErrors: Float64Array;
}

/**
 * @param rows [examples, values], row-major
 * @param components at most the number of values
 * @throws {DataError} for fewer than two rows, part of one, or more components than values
 */
export function principalComponents(rows: Float32Array, values: number, components = 2): PrincipalComponents {
  if (!(components >= 1 && components <= values))
    throw new DataError(`rows of ${values} values have no ${components} components: ask for 1 to ${values}`);
  if (!(rows.length >= 2 * values) || rows.length % values !== 0)
    throw new DataError(`${rows.length} values are not two rows or more of ${values} values`);
  const { mean, covariance } = momentsOf(rows, values);
  const { values: eigenvalues, vectors } = leadingEigenpairs(covariance, values, components);
  let total = 0;
  for (let v = 0; v < values; v++) total += covariance[v * values + v]!;
  const known = (variance: number) => (variance > ROUNDING * total ? variance : 0);
  const variances = eigenvalues.map(known);
  const left = known(variances.reduce((rest, variance) => rest - variance, total));
  return {
    mean,
    directions: oriented(vectors, values),
    variances,
    shares: variances.map((variance) => (total > 0 ? variance / total : 0)),
    residualVariance: left && left / (values - components),
  };
}

/** Fixes the sign of a direction, so that pictures of the same rows agree. */
function oriented(directions: Float64Array, values: number): Float64Array {
  for (let first = 0; first < directions.length; first += values) {
    const direction = directions.subarray(first, first + values);
    const largest = direction.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0);
    if (largest < 0) for (let v = 0; v < values; v++) direction[v] = -direction[v]!;
  }
  return directions;
}

const ROWS_AT_ONCE = 256;

/** @param rows [examples, values], row-major */
export function project({ mean, directions }: PrincipalComponents, rows: Float32Array): Projection {
  const values = mean.length;
  const components = directions.length / values;
  const examples = rows.length / values;
  const scores = new Float64Array(examples * components);
  const squaredErrors = new Float64Array(examples);
  for (let first = 0; first < examples; first += ROWS_AT_ONCE) {
    const centred = new Float64Array(rows.subarray(first * values, (first + ROWS_AT_ONCE) * values));
    for (let at = 0; at < centred.length; at++) {
      centred[at]! -= mean[at % values]!;
      squaredErrors[first + Math.floor(at / values)]! += centred[at]! ** 2;
    }
    scores.set(dotProducts(centred, directions, values), first * components);
  }
  for (let at = 0; at < scores.length; at++) squaredErrors[Math.floor(at / components)]! -= scores[at]! ** 2;
  return { scores, squaredErrors: squaredErrors.map((square) => Math.max(0, square)) };
}

/**
 * ln p(x) of each example under probabilistic PCA with maximum-likelihood parameters, in nats (Tipping & Bishop 1999,
 * eq. 4, 7 and 8): a normal density whose covariance has the components' variances along them and the residual
 * variance across. Undefined where one of them is 0, because the density then is not finite.
 */
export function probabilisticPcaLogLikelihood(
  { mean, variances, residualVariance }: PrincipalComponents,
  { scores, squaredErrors }: Projection,
): Float64Array | undefined {
  const values = mean.length;
  const components = variances.length;
  if (![residualVariance, ...variances].every((variance) => variance > 0)) return undefined;
  const logDeterminant =
    variances.reduce((sum, variance) => sum + Math.log(variance), 0) +
    (values - components) * Math.log(residualVariance);
  return squaredErrors.map((squaredError, example) => {
    let distance = squaredError / residualVariance;
    for (let c = 0; c < components; c++) distance += scores[example * components + c]! ** 2 / variances[c]!;
    return -0.5 * (values * Math.log(2 * Math.PI) + logDeterminant + distance);
  });
}
