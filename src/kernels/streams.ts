/**
 * Streams of the counter-based generator: each purpose draws from its own, so that none disturbs another. What a run
 * directory reproduces depends on these numbers; they never change.
 */
export const STREAMS = {
  initialization: 0,
  shuffle: 1,
  binarization: 2,
  evaluation: 3,
  prior: 4,
  likelihood: 5,
  evaluationBinarization: 6,
  observation: 7,
  /** Which training examples a prior begins at. */
  priorStart: 8,
  /** The first of the training graph's noise inputs; the others follow in order. */
  noise: 16,
} as const;
