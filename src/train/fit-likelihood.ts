import type { Dataset } from "../data/dataset.ts";
import { exampleSize } from "../data/dataset.ts";
import { columnMoments, exampleSums } from "../data/moments.ts";
import type { Column } from "../data/schema.ts";
import { fittedTo, type Likelihood } from "../nn/distributions/likelihood.ts";
import { spreadOf } from "../numerics/spread-of.ts";
import { usualData } from "./usual-data.ts";

/**
 * A likelihood with the values it takes from the training data (scale of counts, number of classes), unless they are
 * set.
 * @throws {ConfigError} when the data do not determine them
 */
export function fitLikelihood(likelihood: Likelihood, training: Dataset): Likelihood {
  const { data } = usualData(training, likelihood);
  const { range, columns } = data.schema;
  return fittedTo(likelihood, {
    width: exampleSize(data),
    range,
    // A model knows kinds only; names and categories belong to the data.
    ...(columns && { columns: columns.map(kindOf) }),
    columnMoments: () => {
      const { mean, deviation } = columnMoments(data);
      return { mean, spread: deviation.map((each, column) => spreadOf(each, mean[column]!)) };
    },
    rowSums: () => exampleSums(data),
  });
}

function kindOf(column: Column): Column {
  return column.kind === "categorical"
    ? { kind: column.kind, classes: column.classes }
    : { kind: column.kind };
}
