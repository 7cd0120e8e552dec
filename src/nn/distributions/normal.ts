import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Distribution } from "./distribution.ts";

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * Independent normal variables: ln p(x) = −½·(ln 2π + ln σ² + (x − μ)²/σ²), summed.
 * @param mean μ
 * @param logVariance ln σ², broadcast against the mean
 */
export function normal(mean: Tensor, logVariance: Tensor): Distribution & { readonly logVariance: Tensor } {
  return {
    logProb: (x) => {
      const deviation = g.sub(x, mean);
      const squared = g.mul(g.mul(deviation, deviation), g.exp(g.neg(logVariance)));
      return g.mul(g.reduceSum(g.add(squared, g.add(logVariance, LOG_2_PI)), [-1]), -0.5);
    },
    mean,
    mode: mean,
    logVariance,
    noise: { distribution: "normal", shape: mean.shape },
    sample: (noise) => g.add(mean, g.mul(g.exp(g.mul(logVariance, 0.5)), noise)),
    parameters: { mean, logVariance },
  };
}

/**
 * KL(N(μ, σ²) ‖ N(0, 1)) of each dimension in nats: ½·(μ² + σ² − 1 − ln σ²) (Kingma & Welling 2014, appendix B).
 * @returns of the mean's shape
 */
export function klFromStandardNormal(posterior: { mean: Tensor; logVariance: Tensor }): Tensor {
  const { mean, logVariance } = posterior;
  const moments = g.add(g.mul(mean, mean), g.exp(logVariance));
  return g.mul(g.sub(g.sub(moments, 1), logVariance), 0.5);
}

/** ln N(z; 0, 1), summed over the last axis. */
export function standardNormalLogProb(z: Tensor): Tensor {
  const constant = LOG_2_PI * z.shape.at(-1)!;
  return g.mul(g.add(g.reduceSum(g.mul(z, z), [-1]), constant), -0.5);
}
