import { reshape } from "../../graph/build.ts";
import { type Shape, sizeOf } from "../../graph/node.ts";
import { type LayerRule, timesText, UnfitInput } from "./rule.ts";

/** All values in one row. */
export interface FlattenLayer {
  readonly type: "flatten";
}

/** The same values, in row-major order, in another shape. */
export interface ReshapeLayer {
  readonly type: "reshape";
  /** Of one example. */
  readonly shape: Shape;
}

export const flattenRule: LayerRule<FlattenLayer> = {
  outputShape: (_, input) => [sizeOf(input)],
  apply: (_, x) => reshape(x, [x.shape[0]!, -1]),
};

export const reshapeRule: LayerRule<ReshapeLayer> = {
  outputShape({ shape }, input) {
    if (sizeOf(shape) !== sizeOf(input))
      throw new UnfitInput(
        `it makes ${timesText(shape)} and needs ${sizeOf(shape)} values, not ${sizeOf(input)}`,
      );
    return shape;
  },
  apply: (_, x, { shape }) => reshape(x, [x.shape[0]!, ...shape]),
};
