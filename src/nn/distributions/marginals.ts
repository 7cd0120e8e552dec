/**
 * What training data are like at each unit of the decoder's head: at each value of a row, or at each channel where the
 * head is a convolution, whose bias is one for all places. Values are scaled.
 */
export interface Marginals {
  /** Rows, times places where units are channels. */
  readonly examples: number;
  /** Mean of each unit. */
  readonly mean: Float64Array;
  /** The mean of each unit, or its median where single rows far from all others have moved the mean. */
  centre(): Float64Array;
  /** Standard deviation of each unit around its mean; of a constant 0. */
  deviation(): Float64Array;
  /** Share of zeros of each unit, from 0 to 1. */
  zeros(): Float64Array;
  /** Share of each class index below `classes` at each unit: [classes × units], class by class. */
  classes(classes: number): Float64Array;
}

/** Values kept off the ends of an interval by half an example, where logits and logarithms are infinite. */
export function inside(
  values: Float64Array,
  examples: number,
  most = Number.POSITIVE_INFINITY,
): Float64Array {
  const margin = 0.5 / Math.max(1, examples);
  return values.map((value) => Math.min(Math.max(value, margin), most - margin));
}

/** ln p/(1 − p) of each mean in [0, 1]. */
export function logitsOf({ mean, examples }: Marginals): Float64Array {
  return inside(mean, examples, 1).map((p) => Math.log(p) - Math.log1p(-p));
}

/** Outputs of the head of which the first are given and all others are 0. */
export function followedByZeros(first: Float64Array, length: number): Float64Array {
  const outputs = new Float64Array(length);
  outputs.set(first);
  return outputs;
}

const BISECTIONS = 100;

/** x between `least` and `most` at which an increasing function has a value; the nearer end where it has not. */
export function solveIncreasing(
  f: (x: number) => number,
  value: number,
  [least, most]: readonly [number, number],
): number {
  let [low, high] = [least, most];
  for (let i = 0; i < BISECTIONS && low < high; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
