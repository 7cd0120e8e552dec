import type { Shape, Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";

/** All that the rest of the program needs to know of one type of layer. Shapes are of one example, without the batch. */
export interface LayerRule<L> {
  /** Axes of places that a convolution reads, not counting channels. */
  readonly axes?: 1 | 2;
  /** Whether what comes out has the shape of what came in, whatever that is. */
  readonly keepsShape?: boolean;
  /**
   * The shape a layer makes of another.
   * @param where names the layer in messages about layers within it
   * @throws {UnfitInput} when the layer cannot take the input
   */
  outputShape(layer: L, input: Shape, where: string): Shape;
  /** @param x [batch, ...input] @returns [batch, ...{@link outputShape}] */
  apply(scope: Scope, x: Tensor, layer: L, where: string): Tensor;
}

/** A layer cannot take what came in: the message says what it wants. */
export class UnfitInput extends Error {
  override readonly name = "UnfitInput";
}

/** A layer that works on each value by itself, or leaves the shape as it is. */
export function sameShapeRule<L>(apply: LayerRule<L>["apply"]): LayerRule<L> {
  return { keepsShape: true, outputShape: (_, input) => input, apply };
}

/** `28 × 28 × 1` */
export function timesText(lengths: readonly number[]): string {
  return lengths.join(" × ");
}
