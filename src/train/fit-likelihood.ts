import { ConfigError } from "../common/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { exampleSize } from "../data/dataset.ts";
import { columnMoments, exampleSums } from "../data/moments.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import type { MixedColumn } from "../nn/distributions/mixed.ts";
import { spreadOf } from "../numerics/spread-of.ts";

/**
 * A likelihood with what it takes from the training data, unless it has it already: the scale of counts, the number of
 * classes.
 * @throws {ConfigError} when the data do not tell
 */
export function fitLikelihood(likelihood: Likelihood, data: Dataset): Likelihood {
  if (isOfCounts(likelihood) && likelihood.scale === undefined)
    return { ...likelihood, scale: scaleOf(likelihood.librarySize, data) };
  if (likelihood.type === "categorical" && likelihood.classes === undefined)
    return { ...likelihood, classes: classesOf(likelihood, data) };
  if (likelihood.type === "mixed" && likelihood.columns.length === 0)
    return { type: "mixed", columns: fitColumns(data) };
  return likelihood;
}

function fitColumns(data: Dataset): MixedColumn[] {
  const { columns } = data.schema;
  if (!columns)
    throw new ConfigError(
      "likelihood is mixed but the data do not say what their columns are: make them by dataset(rows, { shape, columns })",
    );
  const { mean, deviation } = columnMoments(data);
  return columns.map((column, position): MixedColumn => {
    if (column.kind === "real")
      return { ...column, center: mean[position]!, spread: spreadOf(deviation[position]!, mean[position]!) };
    return column.kind === "count" ? { ...column, scale: mean[position]! || 1 } : column;
  });
}

/** Of data that are 0 throughout, 1: any scale would do, but its logarithm must be finite. */
function scaleOf(librarySize: "none" | "observed", data: Dataset): number {
  const sizes = exampleSums(data);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const scale = librarySize === "none" ? total / (data.examples * exampleSize(data)) : median(sizes);
  return scale > 0 ? scale : 1;
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function classesOf({ encoding }: { readonly encoding: "index" | "oneHot" }, { schema }: Dataset): number {
  if (encoding === "index") return schema.range[1] + 1;
  throw new ConfigError("classes is not given: rows of indicators need the number of classes in each group");
}
