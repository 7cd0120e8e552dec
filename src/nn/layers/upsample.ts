import { reshape } from "../../graph/build.ts";
import { resizeBilinear2d, resizeNearest2d } from "../../graph/convolution/resampling.ts";
import type { Shape } from "../../graph/node.ts";
import { anyPlacesOf, type PerAxis, pairOf, perAxis } from "./places.ts";
import { type LayerRule, UnfitInput } from "./rule.ts";

export const INTERPOLATIONS = ["nearest", "bilinear"] as const;

/** Sequences or images at another size, given as a factor or as the size itself. */
export interface UpsampleLayer {
  readonly type: "upsample";
  readonly factor?: PerAxis;
  /** Lengths of the output. */
  readonly size?: PerAxis;
  /** Default `nearest`. */
  readonly mode?: (typeof INTERPOLATIONS)[number];
}

export const upsampleRule: LayerRule<UpsampleLayer> = {
  outputShape,
  apply(_, x, layer) {
    const [batch, ...input] = x.shape as [number, ...number[]];
    const { lengths, channels } = anyPlacesOf(input);
    const output = outputShape(layer, input);
    const resize = layer.mode === "bilinear" ? resizeBilinear2d : resizeNearest2d;
    const images = reshape(x, [batch, ...pairOf(lengths, 1), channels]);
    return reshape(resize(images, pairOf(output.slice(0, -1), 1)), [batch, ...output]);
  },
};

function outputShape({ factor, size }: UpsampleLayer, input: Shape): Shape {
  const { lengths, channels } = anyPlacesOf(input);
  if (size !== undefined && factor === undefined) return [...perAxis(size, lengths.length, "size"), channels];
  if (factor === undefined || size !== undefined)
    throw new UnfitInput(
      `it has ${factor ? "both a factor and a size" : "neither factor nor size"}: give one`,
    );
  const factors = perAxis(factor, lengths.length, "factor");
  return [...lengths.map((length, axis) => length * factors[axis]!), channels];
}
