import { constant, mul, reduceSum } from "../../src/graph/build.ts";
import { sizeOf, type Tensor } from "../../src/graph/node.ts";
import { signed } from "./random.ts";

/** A scalar that depends on every element with a different weight. */
export function project(y: Tensor): Tensor {
  return reduceSum(mul(y, constant(signed(sizeOf(y.shape), 7), y.shape)));
}
