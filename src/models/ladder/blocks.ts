import * as g from "../../graph/build.ts";
import { conv2d } from "../../graph/convolution/convolution.ts";
import type { Shape, Tensor } from "../../graph/node.ts";
import { zeros } from "../../nn/initializers.ts";
import type { Scope } from "../../nn/scope.ts";

/** What makes a ladder. */
export interface LadderSettings {
  readonly type: "ladder";
  /** Features of z in each layer, from the one next to the data to the top. */
  readonly layers: readonly number[];
  /** Units, or channels, of the paths up and down. */
  readonly hidden: number;
  /** Residual blocks of each layer on either path. */
  readonly blocks: number;
}

/** A layer of latents: where it has features, and how many. */
interface LadderLayer {
  /** [height, width]; [1, 1] where the encoder ends in a row. */
  readonly places: readonly [number, number];
  readonly features: number;
  /** Dimensions of z. */
  readonly size: number;
}

/** The layers from the data up: each has half of the places of the one below along every axis. */
export function ladderOf({ layers }: { readonly layers: readonly number[] }, encoded: Shape): LadderLayer[] {
  const axes = encoded.slice(0, -1);
  let places: readonly [number, number] = [axes.at(-2) ?? 1, axes.at(-1) ?? 1];
  return layers.map((features, index) => {
    if (index > 0) places = [Math.ceil(places[0] / 2), Math.ceil(places[1] / 2)];
    return { places, features, size: places[0] * places[1] * features };
  });
}

const KERNEL = 3;

/** A linear map of the features of each place. @param x [rows, height, width, channels] */
export function linear(scope: Scope, x: Tensor, units: number, begin = 1): Tensor {
  const channels = x.shape.at(-1)!;
  const weights = weightOf(scope, [channels, units], channels, begin);
  const bias = scope.parameter("bias", [units], zeros, { decay: false });
  const made = g.gemm(g.reshape(x, [-1, channels]), weights, bias);
  return g.reshape(made, [...x.shape.slice(0, -1), units]);
}

/** x + f(x) with two nonlinear layers before each other (He et al. 2016): convolutions where there are several places. */
export function residual(scope: Scope, x: Tensor): Tensor {
  const channels = x.shape.at(-1)!;
  const [, height, width] = x.shape as [number, number, number, number];
  const layer = (inner: Scope, input: Tensor, begin: number) => {
    if (height * width === 1) return linear(inner, input, channels, begin);
    const kernel = [Math.min(KERNEL, 2 * height - 1), Math.min(KERNEL, 2 * width - 1)] as const;
    const weights = weightOf(inner, [...kernel, channels, channels], kernel[0] * kernel[1] * channels, begin);
    const bias = inner.parameter("bias", [channels], zeros, { decay: false });
    const sides = kernel.map((side) => [(side - 1) / 2, (side - 1) / 2] as const);
    return conv2d(input, weights, { padding: [sides[0]!, sides[1]!], bias });
  };
  const inner = layer(scope.child("first"), g.elu(x), Math.SQRT2);
  return g.add(x, layer(scope.child("second"), g.elu(inner), SMALL));
}

/** Factor of the first weights at the end of a residual branch, so that a deep path begins near the identity. */
const SMALL = 0.3;

/** The means of squares of two by two places, or each place repeated so, to the places asked for; as it is where it fits. */
export function resized(scope: Scope, x: Tensor, places: readonly [number, number]): Tensor {
  const [rows, height, width, channels] = x.shape as [number, number, number, number];
  if (height === places[0] && width === places[1]) return x;
  if (height >= places[0] && width >= places[1]) {
    const [down, right] = [stride(height, places[0]), stride(width, places[1])];
    const padded = g.pad(g.pad(x, 1, 0, places[0] * down - height), 2, 0, places[1] * right - width);
    // Space to depth, then a linear map.
    const cells = g.reshape(padded, [rows, places[0], down, places[1], right, channels]);
    const deep = g.reshape(g.transpose(cells, [0, 1, 3, 2, 4, 5]), [
      rows,
      ...places,
      down * right * channels,
    ]);
    return linear(scope, deep, channels);
  }
  const [down, right] = [stride(places[0], height), stride(places[1], width)];
  const deep = linear(scope, x, down * right * channels);
  const cells = g.transpose(
    g.reshape(deep, [rows, height, width, down, right, channels]),
    [0, 1, 3, 2, 4, 5],
  );
  const grown = g.reshape(cells, [rows, height * down, width * right, channels]);
  return g.slice(g.slice(grown, 1, 0, places[0]), 2, 0, places[1]);
}

function stride(large: number, small: number): number {
  return Math.ceil(large / small);
}

function weightOf(scope: Scope, shape: Shape, fanIn: number, begin: number): Tensor {
  const initial = { distribution: "normal", standardDeviation: begin * Math.sqrt(1 / fanIn) } as const;
  return scope.parameter("weight", shape, initial, { decay: true });
}
