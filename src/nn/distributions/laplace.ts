import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import { type Distribution, sumObserved } from "./distribution.ts";
import type { LikelihoodContext } from "./likelihood-rule.ts";
import {
  calibratedError,
  headOutputs,
  logScale,
  outputsWithScale,
  SCALE_FLOOR,
  type Scale,
} from "./scale.ts";

/** Noise at the border of [0, 1) is kept this far inside, so that its logarithm is finite. */
const SMALLEST = 2 ** -25;

/**
 * Independent Laplace variables: ln p(x) = −ln 2b − |x − μ|/b, summed; variance 2b².
 * @param location μ, which is the mean
 * @param logScale ln b, broadcast against the location
 */
export function laplace(location: Tensor, logScale: Tensor): Distribution {
  return {
    logProb: (x, mask) => {
      const deviation = g.mul(g.abs(g.sub(x, location)), g.exp(g.neg(logScale)));
      return g.neg(sumObserved(g.add(deviation, g.add(logScale, Math.LN2)), mask));
    },
    mean: location,
    mode: location,
    noise: { distribution: "uniform", shape: location.shape },
    // The inverse of the cumulative distribution: μ − b·sign(v)·ln(1 − 2|v|) with v = u − ½.
    sample: (uniform) => {
      const centred = g.sub(uniform, 0.5);
      const tail = g.log(g.max(g.sub(1, g.mul(g.abs(centred), 2)), SMALLEST));
      return g.sub(location, g.mul(g.exp(logScale), g.mul(g.sign(centred), tail)));
    },
    parameters: { logScale },
  };
}

/**
 * A Laplace likelihood around the decoder's output. Calibrated, b is the mean absolute error: over the batch while
 * training, its running mean afterwards.
 * @param output the location, followed by the raw ln b if the scale is `decoder`
 */
export function laplaceLikelihood(
  scope: Scope,
  output: Tensor,
  scale: Scale,
  { observed, mask }: Pick<LikelihoodContext, "observed" | "mask">,
): Distribution {
  const [location, raw] = headOutputs(output, outputsWithScale(scale)) as [Tensor, Tensor | undefined];
  if (scale !== "calibrated") return laplace(location, logScale(scope, scale, location.shape.at(-1)!, raw));
  const error = calibratedError(scope, observed && g.abs(g.sub(observed, location)), mask);
  return laplace(location, g.log(g.max(error, SCALE_FLOOR)));
}
