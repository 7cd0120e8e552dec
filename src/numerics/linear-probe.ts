import { dotProducts, transpose } from "./dot-products.ts";
import type { LabelledFeatures } from "./labelled-features.ts";
import { minimize, type Slope } from "./limited-memory-bfgs.ts";
import { spreadOf } from "./statistics.ts";

/** A multinomial logistic regression on standardised features. */
interface LinearProbe {
  /** Values that labels have, in ascending order. */
  readonly classes: readonly number[];
  /** [classes, dimensions + 1]: the last of each is the bias. */
  readonly weights: Float64Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** What a probe is fitted to. */
interface ProbePoints {
  /** [points, width], standardised, with a last column of ones. */
  readonly rows: Float64Array;
  /** The transpose, [width, points]. */
  readonly columns: Float64Array;
  readonly width: number;
  /** Index of each point's class. */
  readonly targets: Int32Array;
}

/** Weight on ½‖W‖² beside the mean loss of a point: little, but it makes the optimum unique. */
export const PROBE_L2 = 1e-4;
const STOP = { tolerance: 1e-6, mostSteps: 500 };

/** The optimum of a strictly convex loss: the same points give the same probe, without a seed. */
export function fitLinearProbe({ features, labels, dimensions }: LabelledFeatures): LinearProbe {
  const classes = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const indices = new Map(classes.map((label, index) => [label, index]));
  const scale = scaleOf(features, dimensions);
  const rows = standardized(features, scale);
  const width = dimensions + 1;
  const points: ProbePoints = {
    rows,
    columns: transpose(rows, width),
    width,
    targets: Int32Array.from(labels, (label) => indices.get(label)!),
  };
  const start = new Float64Array(classes.length * width);
  return { classes, weights: minimize((weights) => probeLoss(points, weights), start, STOP), ...scale };
}

/** @param queries [points, dimensions], row-major @returns the likeliest class of each */
export function probeClasses(probe: LinearProbe, queries: Float32Array | Float64Array): Int32Array {
  const { classes, weights, mean } = probe;
  const scores = dotProducts(standardized(queries, probe), weights, mean.length + 1);
  return Int32Array.from({ length: queries.length / mean.length }, (_, query) => {
    const first = query * classes.length;
    let best = 0;
    for (let c = 1; c < classes.length; c++) if (scores[first + c]! > scores[first + best]!) best = c;
    return classes[best]!;
  });
}

/** Mean cross-entropy plus ½·l2·‖W‖². @param weights [classes, width] */
export function probeLoss({ rows, columns, width, targets }: ProbePoints, weights: Float64Array): Slope {
  const classes = weights.length / width;
  const points = targets.length;
  const scores = dotProducts(rows, weights, width);
  // Of the loss by the scores, [classes, points].
  const slopes = new Float64Array(classes * points);
  let loss = 0;
  for (let point = 0; point < points; point++) {
    const own = scores.subarray(point * classes, (point + 1) * classes);
    let largest = Number.NEGATIVE_INFINITY;
    for (const score of own) if (score > largest) largest = score;
    let total = 0;
    for (const score of own) total += Math.exp(score - largest);
    const logTotal = largest + Math.log(total);
    loss += (logTotal - own[targets[point]!]!) / points;
    for (let c = 0; c < classes; c++)
      slopes[c * points + point] = (Math.exp(own[c]! - logTotal) - (targets[point] === c ? 1 : 0)) / points;
  }
  const gradient = dotProducts(slopes, columns, points);
  let squares = 0;
  for (let at = 0; at < weights.length; at++) {
    gradient[at]! += PROBE_L2 * weights[at]!;
    squares += weights[at]! ** 2;
  }
  return { value: loss + 0.5 * PROBE_L2 * squares, gradient };
}

type Scale = Pick<LinearProbe, "mean" | "deviation">;

function scaleOf(features: Float32Array | Float64Array, dimensions: number): Scale {
  const points = features.length / dimensions;
  const mean = new Float64Array(dimensions);
  const variance = new Float64Array(dimensions);
  for (let at = 0; at < features.length; at++) mean[at % dimensions]! += features[at]! / points;
  for (let at = 0; at < features.length; at++)
    variance[at % dimensions]! += (features[at]! - mean[at % dimensions]!) ** 2 / points;
  return { mean, deviation: variance.map((square, d) => spreadOf(Math.sqrt(square), mean[d]!)) };
}

/** To mean 0 and variance 1 in each dimension, with a last column of ones; a constant dimension stays at 0. */
function standardized(features: Float32Array | Float64Array, { mean, deviation }: Scale): Float64Array {
  const dimensions = mean.length;
  const points = features.length / dimensions;
  const width = dimensions + 1;
  const rows = new Float64Array(points * width).fill(1);
  for (let point = 0; point < points; point++)
    for (let d = 0; d < dimensions; d++)
      rows[point * width + d] = (features[point * dimensions + d]! - mean[d]!) / deviation[d]!;
  return rows;
}
