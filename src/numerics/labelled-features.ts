/** Points with a class each: [points, dimensions], row-major. */
export interface LabelledFeatures {
  readonly features: Float32Array | Float64Array;
  readonly labels: ArrayLike<number>;
  readonly dimensions: number;
}

/** The share of correct predictions, from 0 to 1. */
export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predicted[i] === labels[i]) right++;
  return right / labels.length;
}

/** The class that most points have; ties go to the first. */
export function mostFrequentClass(labels: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const label of Array.from(labels)) counts.set(label, (counts.get(label) ?? 0) + 1);
  let best = labels[0]!;
  for (const [label, count] of counts) if (count > counts.get(best)!) best = label;
  return best;
}
