import { add } from "../../graph/build.ts";
import { type Shape, sameShape, type Tensor } from "../../graph/node.ts";
import type { Layer } from "../layers.ts";
import type { Scope } from "../scope.ts";
import { type LayerRule, timesText, UnfitInput } from "./rule.ts";

/**
 * x + layers(x) (He et al. 2016). If the layers change the shape, x is projected to it linearly: by a convolution
 * with kernel 1 if they change channels or lengths, by a dense layer if they return a row.
 */
export interface ResidualLayer {
  readonly type: "residual";
  readonly layers: readonly Layer[];
}

/** How layers within a layer are traced. */
interface Sequence {
  shapes(layers: readonly Layer[], input: Shape, where: string): readonly Shape[];
  apply(scope: Scope, layers: readonly Layer[], x: Tensor, where: string): Tensor;
}

export function residualRule(sequence: Sequence): LayerRule<ResidualLayer> {
  return {
    outputShape({ layers }, input, where) {
      const output = sequence.shapes(layers, input, where).at(-1) ?? input;
      projectionOf(input, output);
      return output;
    },
    apply(scope, x, { layers }, where) {
      const y = sequence.apply(scope, layers, x, where);
      const projection = projectionOf(x.shape.slice(1), y.shape.slice(1));
      return add(sequence.apply(scope.child("projection"), projection, x, where), y);
    },
  };
}

/** The linear layers that map the input to the output's shape. */
function projectionOf(input: Shape, output: Shape): readonly Layer[] {
  if (sameShape(input, output)) return [];
  const channels = output.at(-1)!;
  if (output.length === 1) return [{ type: "dense", units: channels }];
  const axes = output.length - 1;
  const lengths = output.slice(0, -1);
  const type = axes === 1 ? "conv1d" : "conv2d";
  if (axes > 2 || input.length !== output.length)
    throw new UnfitInput(
      `its layers make ${timesText(output)}, to which no projection leads: let them keep the axes`,
    );
  const stride = lengths.map((length, axis) => Math.ceil(input[axis]! / length));
  const shrinks = lengths.every((length, axis) => Math.ceil(input[axis]! / stride[axis]!) === length);
  if (shrinks) return [{ type, channels, kernel: 1, stride }];
  return [
    { type: "upsample", size: lengths, mode: "nearest" },
    { type, channels, kernel: 1 },
  ];
}
