import type { LabelledFeatures } from "./labelled-features.ts";

/** A multinomial logistic regression on standardised features. */
export interface LinearProbe {
  /** Values that labels have, in ascending order. */
  readonly classes: readonly number[];
  /** [classes, dimensions + 1]: the last of each is the bias. */
  readonly weights: Float64Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Weight on ½‖W‖² a point: little, but it makes the optimum unique. */
export const PROBE_L2 = 1e-4;
const MOST_STEPS = 300;
const SMALL_GRADIENT = 1e-4;

/**
 * Fits by Nesterov's accelerated gradient (1983) from zero: the loss is convex, so the same points give the same probe.
 * The step is the inverse of the loss's curvature bound, ½·λmax(XᵀX/n) (Böhning 1992).
 */
export function fitLinearProbe({ features, labels, dimensions }: LabelledFeatures): LinearProbe {
  const classes = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const { rows, mean, deviation } = standardize(features, dimensions);
  const targets = Int32Array.from(labels, (label) => classes.indexOf(label));
  const step = 1 / (0.5 * largestEigenvalue(rows, dimensions + 1) + PROBE_L2);
  let weights = new Float64Array(classes.length * (dimensions + 1));
  let ahead = weights.slice();
  for (let iteration = 1; iteration <= MOST_STEPS; iteration++) {
    const gradient = probeGradient(rows, targets, ahead, dimensions + 1);
    if (gradient.every((slope) => Math.abs(slope) < SMALL_GRADIENT)) break;
    const next = ahead.map((weight, at) => weight - step * gradient[at]!);
    const momentum = (iteration - 1) / (iteration + 2);
    ahead = next.map((weight, at) => weight + momentum * (weight - weights[at]!));
    weights = next;
  }
  return { classes, weights, mean, deviation };
}

/** @param queries [points, dimensions], row-major @returns the likeliest class of each */
export function probeClasses(
  { classes, weights, mean, deviation }: LinearProbe,
  queries: Float32Array,
): Int32Array {
  const dimensions = mean.length;
  const width = dimensions + 1;
  return Int32Array.from({ length: queries.length / dimensions }, (_, query) => {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes.length; c++) {
      let score = weights[c * width + dimensions]!;
      for (let d = 0; d < dimensions; d++)
        score += (weights[c * width + d]! * (queries[query * dimensions + d]! - mean[d]!)) / deviation[d]!;
      if (score > highest) [best, highest] = [c, score];
    }
    return classes[best]!;
  });
}

/** Of the mean cross-entropy plus ½·l2·‖W‖². @param rows [points, width] with a last column of ones */
export function probeGradient(
  rows: Float64Array,
  targets: Int32Array,
  weights: Float64Array,
  width: number,
): Float64Array {
  const classes = weights.length / width;
  const points = targets.length;
  const gradient = weights.map((weight) => PROBE_L2 * weight);
  const scores = new Float64Array(classes);
  for (let point = 0; point < points; point++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      let score = 0;
      for (let d = 0; d < width; d++) score += weights[c * width + d]! * rows[point * width + d]!;
      scores[c] = score;
      if (score > largest) largest = score;
    }
    let total = 0;
    for (let c = 0; c < classes; c++) total += scores[c] = Math.exp(scores[c]! - largest);
    for (let c = 0; c < classes; c++) {
      const slope = (scores[c]! / total - (targets[point] === c ? 1 : 0)) / points;
      for (let d = 0; d < width; d++) gradient[c * width + d]! += slope * rows[point * width + d]!;
    }
  }
  return gradient;
}

/** To mean 0 and variance 1 in each dimension, with a column of ones; a constant dimension stays at 0. */
export function standardize(features: Float32Array, dimensions: number) {
  const points = features.length / dimensions;
  const mean = new Float64Array(dimensions);
  const deviation = new Float64Array(dimensions);
  for (let at = 0; at < features.length; at++) mean[at % dimensions]! += features[at]! / points;
  for (let at = 0; at < features.length; at++)
    deviation[at % dimensions]! += (features[at]! - mean[at % dimensions]!) ** 2 / points;
  for (const [d, variance] of deviation.entries()) deviation[d] = Math.sqrt(variance) || 1;
  const width = dimensions + 1;
  const rows = new Float64Array(points * width).fill(1);
  for (let point = 0; point < points; point++)
    for (let d = 0; d < dimensions; d++)
      rows[point * width + d] = (features[point * dimensions + d]! - mean[d]!) / deviation[d]!;
  return { rows, mean, deviation };
}

/** Of XᵀX/n, by power iteration; a little more, to be a bound. */
function largestEigenvalue(rows: Float64Array, width: number): number {
  const points = rows.length / width;
  let vector = new Float64Array(width).fill(1 / Math.sqrt(width));
  let value = 0;
  for (let round = 0; round < 20; round++) {
    const image = new Float64Array(width);
    for (let point = 0; point < points; point++) {
      let product = 0;
      for (let d = 0; d < width; d++) product += rows[point * width + d]! * vector[d]!;
      for (let d = 0; d < width; d++) image[d]! += (product * rows[point * width + d]!) / points;
    }
    value = Math.sqrt(image.reduce((sum, each) => sum + each * each, 0));
    vector = image.map((each) => each / value);
  }
  return 1.1 * value;
}
