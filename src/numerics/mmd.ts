/** Maximum mean discrepancy of two samples, with the p-value of a permutation test. */
interface Discrepancy {
  /** The unbiased estimate of MMD²: around 0, and below it half of the time, when the distributions are the same. */
  readonly squared: number;
  /** The part of random re-labellings that give at least as much, from 1/(permutations + 1) to 1. */
  readonly pValue: number;
}

const PERMUTATIONS = 99;

/**
 * MMD² between two samples of equal size (Gretton et al. 2012, eq. 3), with the inverse multiquadratic kernel
 * k(a, b) = c/(c + ‖a − b‖²), c = 2·dimensions, that Tolstikhin et al. (2018) use against a standard normal prior.
 * @param a [points, dimensions], row-major, as is b
 * @param random uniform in [0, 1), for the permutation test
 * @returns NaN of a single point each, whose distribution has no spread to be seen
 */
export function maximumMeanDiscrepancy(
  a: Float64Array,
  b: Float64Array,
  dimensions: number,
  random: () => number,
): Discrepancy {
  const half = a.length / dimensions;
  if (half < 2) return { squared: Number.NaN, pValue: Number.NaN };
  const kernel = kernelMatrix(a, b, dimensions);
  const order = Uint32Array.from({ length: 2 * half }, (_, index) => index);
  const squared = statistic(kernel, order, half);
  let asLarge = 1;
  for (let permutation = 0; permutation < PERMUTATIONS; permutation++) {
    shuffle(order, random);
    if (statistic(kernel, order, half) >= squared) asLarge++;
  }
  return { squared, pValue: asLarge / (PERMUTATIONS + 1) };
}

/** Of all points of a, then all of b: [points, points]. */
function kernelMatrix(a: Float64Array, b: Float64Array, dimensions: number): Float32Array {
  const points = new Float64Array(a.length + b.length);
  points.set(a);
  points.set(b, a.length);
  const count = points.length / dimensions;
  const scale = 2 * dimensions;
  const kernel = new Float32Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      let distance = 0;
      for (let d = 0; d < dimensions; d++)
        distance += (points[i * dimensions + d]! - points[j * dimensions + d]!) ** 2;
      kernel[i * count + j] = kernel[j * count + i] = scale / (scale + distance);
    }
  return kernel;
}

/** The first half of the order against the second: means within each, without the diagonal, minus twice that across. */
function statistic(kernel: Float32Array, order: Uint32Array, half: number): number {
  const count = order.length;
  const sign = new Float64Array(count);
  for (let position = 0; position < count; position++) sign[order[position]!] = position < half ? 1 : -1;
  let within = 0;
  let across = 0;
  for (let i = 0; i < count; i++) {
    let [same, all] = [0, 0];
    for (let j = 0; j < i; j++) {
      const value = kernel[i * count + j]!;
      same += sign[j]! * value;
      all += value;
    }
    // `same` is like minus unlike; with their sum, each of the two follows.
    const signed = sign[i]! * same;
    within += (all + signed) / 2;
    across += (all - signed) / 2;
  }
  return (2 * within) / (half * (half - 1)) - (2 * across) / (half * half);
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}
