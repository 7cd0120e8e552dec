/**
 * Streams of the counter-based generator, one per purpose, so that purposes are independent. Reproducing a run depends
 * on these numbers: they never change.
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
  /** Selection of the training examples that a prior is initialised with. */
  priorStart: 8,
  /** The first of the training graph's noise inputs; the others follow in order. */
  noise: 16,
} as const;
