import type { Shape, Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";

/** Everything the rest of the program needs to know about one type of layer. Shapes have no batch axis. */
export interface LayerRule<L> {
  /** Number of spatial axes that a convolution reads, without channels. */
  readonly axes?: 1 | 2;
  /** Whether the output always has the input's shape. */
  readonly keepsShape?: boolean;
  /**
   * The output shape of a layer for an input shape.
   * @param where names the layer in messages about layers within it
   * @throws {UnfitInput} when the layer cannot take the input
   */
  outputShape(layer: L, input: Shape, where: string): Shape;
  /** @param x [batch, ...input] @returns [batch, ...{@link outputShape}] */
  apply(scope: Scope, x: Tensor, layer: L, where: string): Tensor;
}

/** A layer cannot take its input: the message says what it needs. */
export class UnfitInput extends Error {
  override readonly name = "UnfitInput";
}

/** An elementwise layer, or another that keeps the shape. */
export function sameShapeRule<L>(apply: LayerRule<L>["apply"]): LayerRule<L> {
  return { keepsShape: true, outputShape: (_, input) => input, apply };
}

/** `28 × 28 × 1` */
export function timesText(lengths: readonly number[]): string {
  return lengths.join(" × ");
}
