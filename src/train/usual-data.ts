import type { Dataset } from "../data/dataset.ts";
import { type OddValue, usualRows } from "../data/usual.ts";
import { type Likelihood, supportOf } from "../nn/distributions/likelihood.ts";

/** Whether a likelihood is of real values, or has columns of them. */
export function takesReals(likelihood: Likelihood): boolean {
  const { least, greatest } = supportOf(likelihood);
  return likelihood.type === "mixed" || !(Number.isFinite(least) || Number.isFinite(greatest));
}

/**
 * Training rows without those whose real values are out of all proportion to the others: likelihoods, preprocessing and
 * weights are fitted to the rest.
 */
export function usualData(
  data: Dataset,
  likelihood: Likelihood,
): { readonly data: Dataset; readonly odd: readonly OddValue[] } {
  if (!takesReals(likelihood)) return { data, odd: [] };
  const { columns } = data.schema;
  return usualRows(data, (column) => likelihood.type !== "mixed" || columns?.[column]?.kind === "real");
}

/** What a user is told of training rows that are left out. */
export function oddRowsText({ examples, name }: Dataset, odd: readonly OddValue[]): string {
  const [{ row, column, value, median }] = odd as [OddValue];
  const are = odd.length === 1 ? "is" : "are";
  return `${odd.length} of ${examples} training rows of ${name} ${are} left out, whose values are out of all proportion to the others: row ${row}, column ${column} (counted from 0) is ${number(value)} where ${number(median)} is usual: correct or remove what is wrong`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}
