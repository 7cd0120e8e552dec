import { ConfigError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import { writeConditions } from "../data/conditions.ts";
import { classOf, conditionWidth } from "../models/condition.ts";
import type { ModelConfig } from "../models/config.ts";

/** The condition of points or samples: one class for all of them, or the class index of each. */
export type Given = { readonly label: string | number } | { readonly labels: ArrayLike<number> };

/**
 * The classes of rows as inputs of the model.
 * @returns indicators, [rows, classes]; undefined for a model without condition
 * @throws {ConfigError} when a model with a condition is given none, one that it does not know, or another number of them
 */
export function conditionsOf(
  { condition }: Pick<ModelConfig, "condition">,
  rows: number,
  given: Given | undefined,
): Float32Array | undefined {
  if (!condition) {
    if (given)
      throw new ConfigError(
        `a label was given but the model is not conditioned: leave it out, or train with ${asSetting("condition", "labels")}`,
      );
    return undefined;
  }
  const width = conditionWidth(condition);
  if (!given)
    throw new ConfigError(
      `the model is conditioned on labels and none were given: give one of ${(condition.names ?? [`0 to ${width - 1}`]).join(", ")}, as in ${asSetting("given", { label: condition.names?.[0] ?? 0 })}`,
    );
  const classes =
    "label" in given
      ? new Int32Array(rows).fill(classOf(condition, given.label))
      : Int32Array.from(given.labels, (label) => classOf(condition, label));
  if (classes.length !== rows)
    throw new ConfigError(`${classes.length} labels were given for ${rows} points: give one for each`);
  const indicators = new Float32Array(rows * width);
  writeConditions(indicators, classes);
  return indicators;
}

/** All classes in rotation, for samples; undefined for a model without condition. */
export function everyClass({ condition }: Pick<ModelConfig, "condition">, rows: number): { given?: Given } {
  if (!condition) return {};
  const width = conditionWidth(condition);
  return { given: { labels: Int32Array.from({ length: rows }, (_, row) => row % width) } };
}

/** The first class, for pictures of a latent space that show one; undefined for a model without condition. */
export function firstClass({ condition }: Pick<ModelConfig, "condition">): { given?: Given } {
  return condition ? { given: { label: condition.names?.[0] ?? 0 } } : {};
}
