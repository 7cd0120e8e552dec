import { ConfigError } from "../common/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { exampleSize } from "../data/dataset.ts";
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

function columnMoments(data: Dataset): { mean: Float64Array; deviation: Float64Array } {
  const { rows, divisor, examples } = data;
  const width = exampleSize(data);
  const sum = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) sum[i % width]! += rows[i]! / divisor;
  const mean = sum.map((each) => each / examples);
  const variance = new Float64Array(width);
  for (let i = 0; i < rows.length; i++)
    variance[i % width]! += (rows[i]! / divisor - mean[i % width]!) ** 2 / examples;
  return { mean, deviation: variance.map(Math.sqrt) };
}

/** Of data that are 0 throughout, 1: any scale would do, but its logarithm must be finite. */
function scaleOf(librarySize: "none" | "observed", data: Dataset): number {
  const sizes = librarySizes(data);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const scale = librarySize === "none" ? total / (data.examples * exampleSize(data)) : median(sizes);
  return scale > 0 ? scale : 1;
}

function librarySizes({ rows, examples, divisor }: Dataset): Float64Array {
  const width = rows.length / examples;
  const sizes = new Float64Array(examples);
  for (let i = 0; i < rows.length; i++) sizes[Math.floor(i / width)]! += rows[i]! / divisor;
  return sizes;
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
