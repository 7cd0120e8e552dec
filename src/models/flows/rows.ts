import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";

/** Repeats what is known of each example for each of its samples. @param x [batch, width] @returns [batch·samples, width] */
export function forEachSample(x: Tensor, samples: number): Tensor {
  const [batch, width] = x.shape as [number, number];
  if (samples === 1) return x;
  return g.reshape(g.expand(g.reshape(x, [batch, 1, width]), [batch, samples, width]), [-1, width]);
}

/** [batch, samples, width] as rows, [batch·samples, width]. */
export function asRows(x: Tensor): Tensor {
  return g.reshape(x, [x.shape[0]! * x.shape[1]!, x.shape[2]!]);
}
