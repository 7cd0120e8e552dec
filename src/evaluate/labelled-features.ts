/** Points with a class each: [points, dimensions], row-major. */
export interface LabelledFeatures {
  readonly features: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly dimensions: number;
}

/** The part of predictions that are right, from 0 to 1. */
export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predicted[i] === labels[i]) right++;
  return right / labels.length;
}
