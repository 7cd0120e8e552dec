import { breather } from "../common/breathe.ts";
import { accuracy, type LabelledFeatures } from "../numerics/labelled-features.ts";
import { fitLinearProbe, probeClasses } from "../numerics/linear-probe.ts";
import { nearestNeighbourClasses } from "../numerics/nearest-neighbours.ts";
import type { LongWork } from "./row-function.ts";

/** How well labels can be read off features; absent where there are no labels. */
export interface LabelAccuracies {
  /** Of a multinomial logistic regression fitted to training examples; absent for more than 100 classes, too. */
  readonly probeAccuracy?: number;
  /** Of the five nearest training examples. */
  readonly knnAccuracy?: number;
}

const NEIGHBOURS = 5;
/** A probe's time grows with its classes. */
const MOST_CLASSES = 100;
const QUERIES_AT_ONCE = 1000;

/** @param train examples for the fit and the neighbours @param judged examples whose labels are predicted */
export async function labelAccuracies(
  train: LabelledFeatures,
  judged: LabelledFeatures,
  { signal }: LongWork = {},
): Promise<LabelAccuracies> {
  const { features, labels, dimensions } = judged;
  const breathe = breather();
  const neighbours = new Int32Array(labels.length);
  for (let first = 0; first < labels.length; first += QUERIES_AT_ONCE) {
    const queries = features.subarray(first * dimensions, (first + QUERIES_AT_ONCE) * dimensions);
    neighbours.set(nearestNeighbourClasses(train, queries, NEIGHBOURS), first);
    await breathe();
    signal?.throwIfAborted();
  }
  const probed = new Set(Array.from(train.labels)).size <= MOST_CLASSES;
  return {
    ...(probed && { probeAccuracy: accuracy(probeClasses(fitLinearProbe(train), features), labels) }),
    knnAccuracy: accuracy(neighbours, labels),
  };
}
