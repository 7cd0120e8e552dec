import { ConfigError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { indicatorsOf } from "../nn/distributions/categorical.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import { type Likelihood, supportOf } from "../nn/distributions/likelihood.ts";
import type { EncoderInput } from "../nn/distributions/likelihood-rule.ts";
import type { MixedColumn } from "../nn/distributions/mixed-column.ts";
import { compress } from "../nn/distributions/stable.ts";
import type { ModelConfig } from "./config.ts";

export const ENCODER_INPUTS = [
  "log1p",
  "normalized",
  "indicators",
  "columns",
] as const satisfies readonly EncoderInput[];

/** Sum of a row without counts: it divides. */
const EMPTY_ROW = 1e-6;

/**
 * Real values beyond ± this grow like a logarithm, so that what the encoder makes of any single-precision number is
 * finite. Not earlier: how far out a code lies tells how odd a row is where the likelihood's tails are heavy.
 */
const FAR = 1e28;

/** @param x [batch, values] @returns [batch, features] */
export function encoderInput({ encoderInput: kind, likelihood }: ModelConfig, x: Tensor): Tensor {
  switch (kind) {
    case "log1p":
      return g.log(g.add(x, 1));
    case "normalized": {
      const sums = g.max(g.reduceSum(x, [1], true), EMPTY_ROW);
      return g.log(g.add(g.mul(x, g.div(usualSum(likelihood, x.shape[1]!), sums)), 1));
    }
    case "indicators": {
      const classes = likelihood.type === "categorical" ? (likelihood.classes ?? 1) : 1;
      return g.reshape(indicatorsOf(x, classes), [x.shape[0]!, -1]);
    }
    case "columns":
      return likelihood.type === "mixed" ? columnFeatures(x, likelihood.columns) : x;
    default:
      return supportOf(likelihood).least === Number.NEGATIVE_INFINITY ? compress(x, FAR) : x;
  }
}

/** Sum of a row of counts, as the likelihood knows it from the training data. */
function usualSum(likelihood: Likelihood, values: number): number {
  if (!isOfCounts(likelihood)) return values;
  const { librarySize, scale = 1 } = likelihood;
  return librarySize === "observed" ? scale : scale * values;
}

/** @throws {ConfigError} when training has not told the columns yet */
function columnFeatures(x: Tensor, columns: readonly MixedColumn[]): Tensor {
  if (columns.length === 0)
    throw new ConfigError(
      "the columns of a mixed likelihood are known only from its training: train it first",
    );
  const groups = new Map<string, number[]>();
  for (const [position, column] of columns.entries()) {
    const key = column.kind === "categorical" ? `${column.classes} classes` : column.kind;
    groups.set(key, [...(groups.get(key) ?? []), position]);
  }
  const members = [...groups.values()];
  const features = members.map((positions) =>
    featuresOf(
      positions.map((position) => columns[position]!),
      g.gather(x, indices(positions), 1),
    ),
  );
  // Made kind by kind, and put into the order of the columns.
  const made = members.flatMap((positions) => {
    const { kind } = columns[positions[0]!]!;
    const classes = kind === "categorical" ? (columns[positions[0]!] as { classes: number }).classes : 1;
    return Array.from({ length: classes }, (_, index) =>
      positions.map((position) => position * MOST_CLASSES + index),
    ).flat();
  });
  const placeOf = new Map(made.map((each, place) => [each, place]));
  const order = [...made].sort((a, b) => a - b).map((each) => placeOf.get(each)!);
  return g.gather(g.concat(features, 1), indices(order), 1);
}

/** More than a column can have. */
const MOST_CLASSES = 2 ** 24;

/** Features of columns of one kind. @param values [batch, columns] @returns the first feature of every column first */
function featuresOf(columns: readonly MixedColumn[], values: Tensor): Tensor {
  const [first] = columns as [MixedColumn];
  switch (first.kind) {
    case "real": {
      const of = (name: "center" | "spread") =>
        g.constant(columns.map((column) => (column.kind === "real" ? column[name] : 0)));
      return compress(g.div(g.sub(values, of("center")), of("spread")), FAR);
    }
    case "binary":
      return values;
    case "count":
      return g.log(g.add(values, 1));
    case "categorical":
      return g.reshape(indicatorsOf(values, first.classes), [values.shape[0]!, -1]);
  }
}

function indices(positions: readonly number[]): Tensor {
  return g.constant(positions, [positions.length], "int64");
}
