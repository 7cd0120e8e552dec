/** What a model takes from its training rows before the first step: its likelihood's numbers, means in place of missing values, classes. */
import { ConfigError } from "../common/errors.ts";
import { knownLabels } from "../data/conditions.ts";
import { type Dataset, exampleSize } from "../data/dataset.ts";
import { columnMoments, exampleSums } from "../data/moments.ts";
import type { Column } from "../data/schema.ts";
import { type Condition, conditionWidth } from "../models/condition.ts";
import { fillOf, type Missing } from "../models/missing.ts";
import { fittedTo, type Likelihood } from "../nn/distributions/likelihood.ts";
import { spreadOf } from "../numerics/statistics.ts";
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

/**
 * How a model takes missing values, with what it fills them with for the encoder, unless it knows that already.
 * @param likelihood with what it takes from the data
 * @param validation data on which the model is judged during training
 * @returns undefined when no values are missing and nobody asked that some may be
 */
export function fitMissing(
  missing: Missing | undefined,
  likelihood: Likelihood,
  data: Dataset,
  validation?: Dataset,
): Missing | undefined {
  const hasGaps = [data, validation].some((each) => each?.schema.missing !== undefined);
  const wanted = missing ?? (hasGaps ? { indicators: false } : undefined);
  if (!wanted || wanted.fill) return wanted;
  return { ...wanted, fill: fillOf(likelihood, columnMoments(data).mean) };
}

interface Conditional {
  readonly condition?: Condition;
}

/**
 * A condition with the classes that the training data have, unless it knows them already.
 * @throws {ConfigError} when there are no labels, or one is missing
 */
export function fitCondition(condition: Condition, data: Dataset): Condition {
  if (condition.classes !== undefined) return condition;
  const labels = knownLabels(data);
  const names = data.schema.labelNames;
  const classes = Math.max(
    names?.length ?? 0,
    Array.from(labels).reduce((most, each) => Math.max(most, each), 0) + 1,
  );
  return { ...condition, classes, ...(names && { names }) };
}

/** @throws {ConfigError} unless each example has a condition that the model knows */
export function requireConditions({ condition }: Conditional, data: Dataset): void {
  if (!condition) return;
  const width = conditionWidth(condition);
  const labels = knownLabels(data);
  const wrong = labels.findIndex((each) => each >= width);
  if (wrong >= 0)
    throw new ConfigError(
      `example ${wrong} of ${data.name} has the class ${labels[wrong]} but the model was trained on ${width} classes: give data of those`,
    );
}
