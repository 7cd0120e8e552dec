import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import type { Distribution } from "./distribution.ts";
import type { LikelihoodContext } from "./likelihood-rule.ts";
import { normal } from "./normal.ts";
import {
  calibratedError,
  headOutputs,
  logScale,
  outputsWithScale,
  SCALE_FLOOR,
  type Scale,
} from "./scale.ts";

/**
 * A Gaussian likelihood around the decoder's output. Calibrated, σ² is the mean squared error: over the batch while
 * training, its running mean afterwards (σ-VAE: Rybkin, Daniilidis & Levine 2021, eq. 6).
 * @param output the mean, followed by the raw ln σ if the scale is `decoder`
 */
export function gaussian(
  scope: Scope,
  output: Tensor,
  scale: Scale,
  { observed, mask }: Pick<LikelihoodContext, "observed" | "mask">,
): Distribution {
  const [mean, raw] = headOutputs(output, outputsWithScale(scale)) as [Tensor, Tensor | undefined];
  if (scale !== "calibrated") return normal(mean, g.mul(logScale(scope, scale, mean.shape.at(-1)!, raw), 2));
  const deviation = observed && g.sub(observed, mean);
  const error = calibratedError(scope, deviation && g.mul(deviation, deviation), mask);
  return normal(mean, g.log(g.max(error, SCALE_FLOOR ** 2)));
}
