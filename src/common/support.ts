/** What the values of one column of a table are: reals, 0 and 1, whole numbers from 0, or class indices. */
export type ColumnKind =
  | { readonly kind: "real" }
  | { readonly kind: "binary" }
  | { readonly kind: "count" }
  | { readonly kind: "categorical"; readonly classes: number };

/**
 * The values that a likelihood can give, and so those that data may have, as data: numbers from `least` to `greatest`.
 */
export interface Support {
  readonly least: number;
  readonly greatest: number;
  /** Values are whole multiples of this; absent: any number between. */
  readonly step?: number;
  /** Size of the groups of values of which one is 1 and the others are 0. */
  readonly oneHot?: number;
  /** What each column of a table can give, where they differ. */
  readonly columns?: readonly ColumnKind[];
}

/** A support, and what stands for its likelihood in a sentence: `a Bernoulli likelihood`. */
export type TitledSupport = Support & { readonly title: string };

export const REAL_NUMBERS: Support = {
  least: Number.NEGATIVE_INFINITY,
  greatest: Number.POSITIVE_INFINITY,
};
export const COUNTS: Support = { least: 0, greatest: Number.POSITIVE_INFINITY, step: 1 };
export const UNIT_INTERVAL: Support = { least: 0, greatest: 1 };
