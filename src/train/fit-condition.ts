import { ConfigError } from "../common/errors.ts";
import { knownLabels } from "../data/conditions.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Condition, conditionWidth } from "../models/condition.ts";

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
