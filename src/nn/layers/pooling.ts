import { reshape } from "../../graph/build.ts";
import { averagePool2d, maxPool2d, type PoolOptions } from "../../graph/convolution/pooling.ts";
import type { Shape, Tensor } from "../../graph/node.ts";
import {
  type AxisWindow,
  anyPlacesOf,
  type Padding,
  type PerAxis,
  paddingOf,
  pairOf,
  perAxis,
  placesTaken,
} from "./places.ts";
import type { LayerRule } from "./rule.ts";

interface Pool {
  /** Of the window. */
  readonly size: PerAxis;
  /** Default: the size, so that windows lie side by side. */
  readonly stride?: PerAxis;
  /** Default `valid`; padding is ignored. */
  readonly padding?: Padding;
}

/** The largest value of each window, channel by channel, of sequences or images. */
export interface MaxPoolLayer extends Pool {
  readonly type: "maxPool";
}

/** The mean of each window, channel by channel, of sequences or images. */
export interface AveragePoolLayer extends Pool {
  readonly type: "averagePool";
}

function poolRule(pool: (x: Tensor, options: PoolOptions) => Tensor): LayerRule<Pool> {
  const outputShape = (layer: Pool, input: Shape): Shape => {
    const { lengths, channels } = anyPlacesOf(input);
    return [...placesTaken(lengths, windowsOf(layer, lengths.length), layer.padding ?? "valid"), channels];
  };
  return {
    outputShape,
    apply(_, x, layer) {
      const [batch, ...input] = x.shape as [number, ...number[]];
      const { lengths, channels } = anyPlacesOf(input);
      const windows = windowsOf(layer, lengths.length);
      const pads = windows.map((window, axis) => paddingOf(lengths[axis]!, window, layer.padding ?? "valid"));
      const y = pool(reshape(x, [batch, ...pairOf(lengths, 1), channels]), {
        size: pairOf(
          windows.map(({ kernel }) => kernel),
          1,
        ),
        stride: pairOf(
          windows.map(({ stride }) => stride),
          1,
        ),
        padding: pairOf(pads, [0, 0]),
      });
      return reshape(y, [batch, ...outputShape(layer, input)]);
    },
  };
}

export const maxPoolRule: LayerRule<MaxPoolLayer> = poolRule(maxPool2d);
export const averagePoolRule: LayerRule<AveragePoolLayer> = poolRule(averagePool2d);

function windowsOf({ size, stride = size }: Pool, axes: number): AxisWindow[] {
  const kernels = perAxis(size, axes, "size");
  const strides = perAxis(stride, axes, "stride");
  return kernels.map((kernel, axis) => ({ kernel, stride: strides[axis]!, dilation: 1 }));
}
