import type { MixedColumn } from "./mixed.ts";

/** The values a distribution can give, as data: numbers from `least` to `greatest`. */
export interface Support {
  readonly least: number;
  readonly greatest: number;
  /** Values are whole multiples of this; absent: any number between. */
  readonly step?: number;
  /** Values come in groups of so many, of which one is 1 and the others are 0. */
  readonly oneHot?: number;
  /** What each column of a table can give, where they differ. */
  readonly columns?: readonly MixedColumn[];
}

export const REAL_NUMBERS: Support = {
  least: Number.NEGATIVE_INFINITY,
  greatest: Number.POSITIVE_INFINITY,
};
export const COUNTS: Support = { least: 0, greatest: Number.POSITIVE_INFINITY, step: 1 };
export const UNIT_INTERVAL: Support = { least: 0, greatest: 1 };
