import { type Dataset, dataset } from "../../src/data/dataset.ts";
import { drawGamma, drawNegativeBinomial } from "../../src/nn/distributions/draws.ts";
import { uniform } from "./random.ts";

interface CellsOptions {
  readonly cells: number;
  readonly genes: number;
  readonly types: number;
  readonly inverseDispersion: number;
  /** Probability that a count was lost. */
  readonly dropout: number;
  readonly seed: number;
}

/**
 * Counts as single-cell sequencing gives them: each type of cell has its own composition of genes, each cell its own
 * library size of around 1,000, each count is negative binomial, and some are lost. Labels are the types.
 */
export function cells({ cells, genes, types, inverseDispersion, dropout, seed }: CellsOptions): Dataset {
  // The types are the same whatever the seed, so that two sets are of one kind.
  const nature = uniform(1);
  const compositions = Array.from({ length: types }, () => {
    const weights = Array.from({ length: genes }, () => drawGamma(0.5, nature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  });
  const next = uniform(seed);
  const labels = Uint8Array.from({ length: cells }, (_, cell) => cell % types);
  const rows = new Int32Array(cells * genes);
  for (const [cell, type] of labels.entries()) {
    const library = 100 * drawGamma(10, next);
    for (const [gene, part] of compositions[type]!.entries()) {
      const count = drawNegativeBinomial(library * part, inverseDispersion, next);
      rows[cell * genes + gene] = next() < dropout ? 0 : count;
    }
  }
  return dataset(rows, { shape: [genes], labels, name: "cells" });
}
