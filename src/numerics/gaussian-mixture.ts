import { DataError } from "../common/errors.ts";

/** Σₖ πₖ·N(μₖ, Lₖ·Lₖᵀ) over points of some dimensions. */
interface GaussianMixture {
  readonly dimensions: number;
  /** π, [components] */
  readonly weights: Float64Array;
  /** μ, [components, dimensions] */
  readonly means: Float64Array;
  /** L, lower triangular, [components, dimensions, dimensions] */
  readonly factors: Float64Array;
  /** Mean ln p of the points that it was fitted to, in nats. */
  readonly logLikelihood: number;
}

/** Added to variances, as a part of the points' mean variance: a component on a few points stays a distribution. */
const LEAST_VARIANCE = 1e-6;
const MOST_STEPS = 200;
const CONVERGED = 1e-5;

/**
 * Fits a mixture by expectation maximisation (Dempster et al. 1977) with whole covariances, begun at points that are
 * spread out (k-means++: Arthur & Vassilvitskii 2007).
 * @param points [n, dimensions], row-major
 * @param random uniform numbers in [0, 1)
 * @throws {DataError} when there are fewer points than components, or all points are the same
 */
export function fitGaussianMixture(
  points: ArrayLike<number>,
  dimensions: number,
  components: number,
  random: () => number,
): GaussianMixture {
  const n = points.length / dimensions;
  if (n < components)
    throw new DataError(`${n} points cannot make a mixture of ${components} components: ask for fewer`);
  const spread = meanVariance(points, dimensions);
  if (!(spread > 0)) throw new DataError("all points are the same: a mixture needs points that differ");
  const means = spreadOut(points, dimensions, components, random);
  const weights = new Float64Array(components).fill(1 / components);
  const factors = new Float64Array(components * dimensions * dimensions);
  for (let at = 0; at < components * dimensions; at++)
    factors[Math.floor(at / dimensions) * dimensions ** 2 + (at % dimensions) * (dimensions + 1)] =
      Math.sqrt(spread);
  let mixture: GaussianMixture = {
    dimensions,
    weights,
    means,
    factors,
    logLikelihood: Number.NEGATIVE_INFINITY,
  };
  for (let step = 0; step < MOST_STEPS; step++) {
    const { shares, logLikelihood } = expectation(mixture, points);
    if (logLikelihood - mixture.logLikelihood < CONVERGED) return { ...mixture, logLikelihood };
    mixture = { ...maximisation(points, dimensions, shares, components, spread), logLikelihood };
  }
  return mixture;
}

/** Draws from a mixture. @param normal standard normal numbers @returns [n, dimensions], row-major */
export function drawFromMixture(
  { dimensions, weights, means, factors }: GaussianMixture,
  n: number,
  { uniform, normal }: { uniform: () => number; normal: () => number },
): Float32Array {
  const drawn = new Float32Array(n * dimensions);
  const noise = new Float64Array(dimensions);
  for (let row = 0; row < n; row++) {
    let rest = uniform();
    let k = 0;
    while (k < weights.length - 1 && rest >= weights[k]!) rest -= weights[k++]!;
    for (let d = 0; d < dimensions; d++) noise[d] = normal();
    for (let d = 0; d < dimensions; d++) {
      let value = means[k * dimensions + d]!;
      for (let e = 0; e <= d; e++) value += factors[(k * dimensions + d) * dimensions + e]! * noise[e]!;
      drawn[row * dimensions + d] = value;
    }
  }
  return drawn;
}

/** The share of each component in each point, [n, components], and the mean log-likelihood. */
function expectation(
  { dimensions, weights, means, factors }: GaussianMixture,
  points: ArrayLike<number>,
): { shares: Float64Array; logLikelihood: number } {
  const [n, components] = [points.length / dimensions, weights.length];
  const shares = new Float64Array(n * components);
  const solved = new Float64Array(dimensions);
  const logs = Float64Array.from(weights, (weight, k) => {
    let log = Math.log(weight) - 0.5 * dimensions * Math.log(2 * Math.PI);
    for (let d = 0; d < dimensions; d++) log -= Math.log(factors[(k * dimensions + d) * dimensions + d]!);
    return log;
  });
  let total = 0;
  for (let row = 0; row < n; row++) {
    let greatest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < components; k++) {
      let squared = 0;
      for (let d = 0; d < dimensions; d++) {
        let rest = points[row * dimensions + d]! - means[k * dimensions + d]!;
        const line = (k * dimensions + d) * dimensions;
        for (let e = 0; e < d; e++) rest -= factors[line + e]! * solved[e]!;
        solved[d] = rest / factors[line + d]!;
        squared += solved[d]! ** 2;
      }
      const log = logs[k]! - 0.5 * squared;
      shares[row * components + k] = log;
      if (log > greatest) greatest = log;
    }
    let sum = 0;
    for (let k = 0; k < components; k++) sum += Math.exp(shares[row * components + k]! - greatest);
    const logSum = greatest + Math.log(sum);
    total += logSum;
    for (let k = 0; k < components; k++)
      shares[row * components + k] = Math.exp(shares[row * components + k]! - logSum);
  }
  return { shares, logLikelihood: total / n };
}

function maximisation(
  points: ArrayLike<number>,
  dimensions: number,
  shares: Float64Array,
  components: number,
  spread: number,
): Omit<GaussianMixture, "logLikelihood"> {
  const n = points.length / dimensions;
  const counts = new Float64Array(components).fill(1e-300);
  const means = new Float64Array(components * dimensions);
  for (let row = 0; row < n; row++)
    for (let k = 0; k < components; k++) {
      const share = shares[row * components + k]!;
      counts[k]! += share;
      for (let d = 0; d < dimensions; d++)
        means[k * dimensions + d]! += share * points[row * dimensions + d]!;
    }
  for (let at = 0; at < means.length; at++) means[at]! /= counts[Math.floor(at / dimensions)]!;
  const covariances = new Float64Array(components * dimensions * dimensions);
  for (let row = 0; row < n; row++)
    for (let k = 0; k < components; k++) {
      const share = shares[row * components + k]! / counts[k]!;
      if (share === 0) continue;
      for (let d = 0; d < dimensions; d++) {
        const first = share * (points[row * dimensions + d]! - means[k * dimensions + d]!);
        for (let e = 0; e <= d; e++)
          covariances[(k * dimensions + d) * dimensions + e]! +=
            first * (points[row * dimensions + e]! - means[k * dimensions + e]!);
      }
    }
  for (let k = 0; k < components; k++) factorise(covariances, k, dimensions, LEAST_VARIANCE * spread);
  return { dimensions, weights: counts.map((count) => count / n), means, factors: covariances };
}

/** The Cholesky factor in place of a covariance. @param ridge added to the diagonal */
function factorise(matrices: Float64Array, k: number, dimensions: number, ridge: number): void {
  const at = (row: number, column: number) => (k * dimensions + row) * dimensions + column;
  for (let column = 0; column < dimensions; column++) {
    let diagonal = matrices[at(column, column)]! + ridge;
    for (let e = 0; e < column; e++) diagonal -= matrices[at(column, e)]! ** 2;
    const root = Math.sqrt(Math.max(diagonal, ridge));
    matrices[at(column, column)] = root;
    for (let row = column + 1; row < dimensions; row++) {
      let value = matrices[at(row, column)]!;
      for (let e = 0; e < column; e++) value -= matrices[at(row, e)]! * matrices[at(column, e)]!;
      matrices[at(row, column)] = value / root;
    }
  }
}

function meanVariance(points: ArrayLike<number>, dimensions: number): number {
  const n = points.length / dimensions;
  let total = 0;
  for (let d = 0; d < dimensions; d++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < n; row++) sum += points[row * dimensions + d]!;
    for (let row = 0; row < n; row++) squares += (points[row * dimensions + d]! - sum / n) ** 2;
    total += squares / n;
  }
  return total / dimensions;
}

/** Points that lie far from each other: each is chosen by its squared distance from those before. */
function spreadOut(
  points: ArrayLike<number>,
  dimensions: number,
  components: number,
  random: () => number,
): Float64Array {
  const n = points.length / dimensions;
  const means = new Float64Array(components * dimensions);
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  let chosen = Math.min(n - 1, Math.floor(random() * n));
  for (let k = 0; k < components; k++) {
    for (let d = 0; d < dimensions; d++) means[k * dimensions + d] = points[chosen * dimensions + d]!;
    let total = 0;
    for (let row = 0; row < n; row++) {
      let squared = 0;
      for (let d = 0; d < dimensions; d++)
        squared += (points[row * dimensions + d]! - means[k * dimensions + d]!) ** 2;
      nearest[row] = Math.min(nearest[row]!, squared);
      total += nearest[row]!;
    }
    let rest = random() * total;
    chosen = 0;
    while (chosen < n - 1 && rest >= nearest[chosen]!) rest -= nearest[chosen++]!;
  }
  return means;
}
