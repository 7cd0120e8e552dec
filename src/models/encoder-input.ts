import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { indicatorsOf } from "../nn/distributions/categorical.ts";
import type { ModelConfig } from "./config.ts";

/**
 * What the encoder is given of a row, where it is not the values themselves.
 *
 * - `log1p`: ln(1 + x) of each count, whose magnitudes are otherwise too far apart (as scVI has it: Lopez et al. 2018).
 * - `indicators`: 1 for the class of each value and 0 for all others, of class indices, whose size means nothing.
 */
export type EncoderInput = "log1p" | "indicators";

export const ENCODER_INPUTS = ["log1p", "indicators"] as const satisfies readonly EncoderInput[];

/** @param x [batch, values] @returns [batch, features] */
export function encoderInput({ encoderInput: kind, likelihood }: ModelConfig, x: Tensor): Tensor {
  switch (kind) {
    case "log1p":
      return g.log(g.add(x, 1));
    case "indicators": {
      const classes = likelihood.type === "categorical" ? (likelihood.classes ?? 1) : 1;
      return g.reshape(indicatorsOf(x, classes), [x.shape[0]!, -1]);
    }
    default:
      return x;
  }
}
