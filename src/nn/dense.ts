import { gemm } from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { type Initialization, initialWeights, zeros } from "./initializers.ts";
import type { Scope } from "./scope.ts";

/** x·W + b. @param x [batch, in] @returns [batch, units]; parameters `weight` [in, units] and `bias` [units], from 0 */
export function dense(scope: Scope, x: Tensor, units: number, initialization: Initialization = "he"): Tensor {
  const fanIn = x.shape[1]!;
  const weight = scope.parameter("weight", [fanIn, units], initialWeights(initialization, fanIn, units), {
    decay: true,
  });
  const bias = scope.parameter("bias", [units], zeros, { decay: false });
  return gemm(x, weight, bias);
}
