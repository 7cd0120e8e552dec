import { ConfigError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { indicatorsOf } from "../nn/distributions/categorical.ts";
import type { EncoderInput } from "../nn/distributions/likelihood-rule.ts";
import type { MixedColumn } from "../nn/distributions/mixed-column.ts";
import type { ModelConfig } from "./config.ts";

export const ENCODER_INPUTS = ["log1p", "indicators", "columns"] as const satisfies readonly EncoderInput[];

/** @param x [batch, values] @returns [batch, features] */
export function encoderInput({ encoderInput: kind, likelihood }: ModelConfig, x: Tensor): Tensor {
  switch (kind) {
    case "log1p":
      return g.log(g.add(x, 1));
    case "indicators": {
      const classes = likelihood.type === "categorical" ? (likelihood.classes ?? 1) : 1;
      return g.reshape(indicatorsOf(x, classes), [x.shape[0]!, -1]);
    }
    case "columns":
      return likelihood.type === "mixed" ? columnFeatures(x, likelihood.columns) : x;
    default:
      return x;
  }
}

/** @throws {ConfigError} when training has not told the columns yet */
function columnFeatures(x: Tensor, columns: readonly MixedColumn[]): Tensor {
  if (columns.length === 0)
    throw new ConfigError(
      "the columns of a mixed likelihood are known only from its training: train it first",
    );
  const features = columns.map((column, position) =>
    featuresOf(column, g.slice(x, 1, position, position + 1)),
  );
  return g.concat(features, 1);
}

/** @param values [batch, 1] */
function featuresOf(column: MixedColumn, values: Tensor): Tensor {
  switch (column.kind) {
    case "real":
      return g.div(g.sub(values, column.center), column.spread);
    case "binary":
      return values;
    case "count":
      return g.log(g.add(values, 1));
    case "categorical":
      return g.reshape(indicatorsOf(values, column.classes), [values.shape[0]!, column.classes]);
  }
}
