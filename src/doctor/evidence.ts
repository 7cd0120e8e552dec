import type { LikelihoodName } from "../nn/distributions/likelihood.ts";
import type { RunConfig } from "../run/config.ts";
import type { HistoryEntry } from "../run/history.ts";
import type { TableEvidence } from "./table-evidence.ts";

/** Evidence about data and a training on them. Unavailable parts are absent. */
export interface Evidence {
  readonly data?: DataEvidence;
  /** Why the data cannot be read. */
  readonly dataError?: string;
  /** Why the run's model cannot be judged on them. */
  readonly supportError?: string;
  readonly run?: RunEvidence;
  readonly model?: ModelEvidence;
}

export interface DataEvidence extends TableEvidence {
  /** Of the columns of a table, where they have some. */
  readonly names?: readonly string[];
  readonly examples: { readonly train: number; readonly heldOut: number };
  /** Of one example. */
  readonly shape: readonly number[];
  /** Least and greatest value, scaled. */
  readonly range: readonly [number, number];
  /** Standard deviation of the values of the columns, pooled: what is left when each column's mean is known. */
  readonly deviation: number;
  /** Columns with one value only, among the training rows of a table; empty for images. */
  readonly constantColumns: readonly number[];
  readonly duplicates: DuplicateEvidence;
  readonly labels?: LabelEvidence;
  /** The likelihood that suits the data, as `--likelihood auto` would choose, and why. */
  readonly suggestion: { readonly likelihood: LikelihoodName; readonly reason: string };
  /** Greatest stored value of bytes that were divided by 255 although none comes near it. */
  readonly lowestScale?: number;
  /** Standard deviation of the widest and of the narrowest column that varies; a table only. */
  readonly columnDeviations?: readonly [narrowest: number, widest: number];
  /** How far held-out rows are from training rows. */
  readonly shift?: { readonly squared: number; readonly pValue: number };
}

export interface DuplicateEvidence {
  /** The part of training rows that are copies of an earlier training row. */
  readonly within: number;
  /** Held-out rows that are copies of a training row. */
  readonly across: number;
}

export interface LabelEvidence {
  readonly classes: number;
  /** Classes with one training example. */
  readonly singletons: number;
  /** Of the training examples of all classes. */
  readonly smallest: number;
  readonly largest: number;
  /** The part of held-out examples whose label the nearest training examples have, and the accuracy of guessing. */
  readonly neighbourAccuracy: number;
  readonly chance: number;
  /** Held-out examples behind that. */
  readonly judged: number;
}

export interface RunEvidence {
  readonly config: Pick<RunConfig, "hyperparameters" | "training" | "model">;
  /** Iterations done. */
  readonly iterations: number;
  readonly history: readonly HistoryEntry[];
  /** Why the training failed, if it did. */
  readonly failure?: string;
  /** The bound of a model that knows each column's mean, and spread where it is learned, without using z. */
  readonly baseline?: number;
}

/** Measured with the run's weights on a few hundred examples. */
export interface ModelEvidence {
  /** Held-out examples behind what is said of the latent space and of hidden units. */
  readonly examples: number;
  readonly train: BoundEvidence;
  readonly heldOut: BoundEvidence;
  /** Mean KL of each latent dimension over held-out examples. */
  readonly klPerDimension: readonly number[];
  /** Variance of each dimension of the posterior mean, and of the aggregate posterior. */
  readonly meanVariance: readonly number[];
  readonly aggregateVariance: readonly number[];
  /** E[z²] of each dimension of the aggregate posterior, which is 1 under the prior: variance and offset together. */
  readonly secondMoment: readonly number[];
  /** Variance of reconstructions over examples, as a part of that of the examples themselves. */
  readonly reconstructedVariance: number;
  /** Of counts: the part (R²) of the variance of ln(row sum) that a linear function of the posterior means explains. */
  readonly depthExplained?: number;
  /** Hidden layers, and the part of their units that give the same value for every example. */
  readonly layers: readonly { readonly name: string; readonly units: number; readonly dead: number }[];
  /** Median effective sample size of the likelihood's estimate, and of how many samples. */
  readonly effectiveSampleSize?: { readonly median: number; readonly samples: number };
}

export interface BoundEvidence {
  /** Mean ELBO, with its standard error over examples. */
  readonly elbo: number;
  readonly standardError: number;
}
