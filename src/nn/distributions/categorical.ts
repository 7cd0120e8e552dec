import { COUNTS, type Support, UNIT_INTERVAL } from "../../common/support.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { type Distribution, sumObserved } from "./distribution.ts";

export const CATEGORY_ENCODINGS = ["index", "oneHot"] as const;

/** Values are class indices from 0 (`index`), or rows are groups of indicators of which one is 1 (`oneHot`). */
export interface CategoricalLikelihood {
  readonly type: "categorical";
  readonly encoding: (typeof CATEGORY_ENCODINGS)[number];
  /** Classes of each value, or indicators of each group; absent before training: taken from the training data. */
  readonly classes?: number;
}

export function categoricalSupport({ encoding, classes }: CategoricalLikelihood): Support {
  if (encoding === "index")
    return { ...COUNTS, greatest: classes === undefined ? COUNTS.greatest : classes - 1 };
  return { ...UNIT_INTERVAL, step: 1, ...(classes !== undefined && { oneHot: classes }) };
}

/** @param output logits: [...rows, classes × values] of indices, class by class; [...rows, values] of indicators */
export function categoricalLikelihood(
  output: Tensor,
  { encoding, classes = 1 }: CategoricalLikelihood,
): Distribution {
  const rows = output.shape.slice(0, -1);
  return encoding === "index"
    ? categorical(g.reshape(output, [...rows, classes, -1]))
    : oneHotCategorical(output, classes);
}

/**
 * Independent categorical variables whose values are class indices 0, 1, …: ln p(x) = ln softmax(l)ₓ, summed. The mean
 * is that of the index.
 * @param logits [...rows, classes, values]
 */
export function categorical(logits: Tensor): Distribution {
  const [classes, values] = logits.shape.slice(-2) as [number, number];
  const axis = logits.shape.length - 2;
  const rows = logits.shape.slice(0, -2);
  const indices = column(Array.from({ length: classes }, (_, index) => index));
  const probabilities = g.softmax(logits, axis);
  return {
    logProb: (x, mask) => {
      const indicators = indicatorsOf(x, classes);
      const chosen = mask ? g.mul(indicators, spread(mask)) : indicators;
      return g.reduceSum(g.mul(chosen, g.logSoftmax(logits, axis)), [-2, -1]);
    },
    mean: g.reduceSum(g.mul(probabilities, indices), [-2]),
    mode: firstLargest(logits, axis),
    noise: { distribution: "uniform", shape: [...rows, values] },
    sample: (uniform) => {
      // The index is the number of cumulative probabilities, except the last, that do not exceed the noise.
      const exceeded = g.cast(g.lessOrEqual(cumulative(probabilities), spread(uniform)), "float32");
      return classes === 1 ? g.mul(uniform, 0) : g.reduceSum(g.slice(exceeded, axis, 0, classes - 1), [-2]);
    },
    parameters: { logits },
  };
}

/**
 * Independent categorical variables whose values are groups of indicators, side by side: the mean is the probability
 * of each class.
 * @param logits [...rows, groups × classes]
 */
export function oneHotCategorical(logits: Tensor, classes: number): Distribution {
  const rows = logits.shape.slice(0, -1);
  const grouped = g.reshape(logits, [...rows, -1, classes]);
  const axis = rows.length;
  const byClass = g.transpose(grouped, [...rows.map((_, each) => each), axis + 1, axis]);
  const inner = categorical(byClass);
  const flat = (tensor: Tensor) => g.reshape(tensor, logits.shape);
  const indicators = (index: Tensor) => {
    const order = index.shape.map((_, each) => each);
    return flat(g.transpose(indicatorsOf(index, classes), [...order.slice(0, -1), axis + 1, axis]));
  };
  return {
    logProb: (x, mask) => sumObserved(g.mul(x, flat(g.logSoftmax(grouped))), mask),
    mean: flat(g.softmax(grouped)),
    mode: indicators(inner.mode),
    noise: inner.noise,
    sample: (uniform) => indicators(inner.sample(uniform)),
    parameters: { logits },
  };
}

/** One-hot indicators of class indices. @param x [...rows, values] @returns [...rows, classes, values] */
export function indicatorsOf(x: Tensor, classes: number): Tensor {
  return g.cast(g.equal(spread(x), column(Array.from({ length: classes }, (_, index) => index))), "float32");
}

/** [...rows, values] → [...rows, 1, values] */
function spread(x: Tensor): Tensor {
  return g.reshape(x, [...x.shape.slice(0, -1), 1, x.shape.at(-1)!]);
}

function column(values: readonly number[]): Tensor {
  return g.constant(values, [values.length, 1]);
}

/** Cumulative sums along the second-to-last axis. */
function cumulative(x: Tensor): Tensor {
  const size = x.shape.at(-2)!;
  const triangle = Array.from({ length: size * size }, (_, i) => (i % size <= Math.floor(i / size) ? 1 : 0));
  return g.matmul(g.constant(triangle, [size, size]), x);
}

/** The index of the largest value along the second-to-last axis, the first if there are several. */
function firstLargest(x: Tensor, axis: number): Tensor {
  const size = x.shape[axis]!;
  const isLargest = g.cast(g.equal(x, g.reduceMax(x, [axis], true)), "float32");
  const fromEnd = column(Array.from({ length: size }, (_, index) => size - index));
  return g.sub(size, g.reduceMax(g.mul(isLargest, fromEnd), [axis]));
}
