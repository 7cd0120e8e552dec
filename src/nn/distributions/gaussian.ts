import { constant } from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { zeros } from "../initializers.ts";
import type { Scope } from "../scope.ts";
import type { Distribution } from "./distribution.ts";
import { normal } from "./normal.ts";

/**
 * A Gaussian likelihood around the decoder's output. A learned scale is the parameter `log_variance`, from 0 (σ = 1).
 * @param scale σ > 0, `shared` for one learned σ, or `perDimension` for one a value
 */
export function gaussian(
  scope: Scope,
  mean: Tensor,
  scale: number | "shared" | "perDimension",
): Distribution {
  if (typeof scale === "number") return normal(mean, constant(2 * Math.log(scale)));
  const shape = scale === "shared" ? [1] : [mean.shape.at(-1)!];
  return normal(mean, scope.parameter("log_variance", shape, zeros, { decay: false }));
}
