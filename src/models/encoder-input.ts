import { ConfigError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { indicatorsOf } from "../nn/distributions/categorical.ts";
import { supportOf } from "../nn/distributions/likelihood.ts";
import type { EncoderInput } from "../nn/distributions/likelihood-rule.ts";
import type { MixedColumn } from "../nn/distributions/mixed-column.ts";
import { compress } from "../nn/distributions/stable.ts";
import type { ModelConfig } from "./config.ts";

export const ENCODER_INPUTS = ["log1p", "indicators", "columns"] as const satisfies readonly EncoderInput[];

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
      return compress(g.div(g.sub(values, column.center), column.spread), FAR);
    case "binary":
      return values;
    case "count":
      return g.log(g.add(values, 1));
    case "categorical":
      return g.reshape(indicatorsOf(values, column.classes), [values.shape[0]!, column.classes]);
  }
}
