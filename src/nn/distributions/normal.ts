import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { type Distribution, sumObserved } from "./distribution.ts";
import { heldDeviation } from "./stable.ts";

const LOG_2_PI = Math.log(2 * Math.PI);

/** Standard deviations up to which the density is that of the formula: its square is finite in single precision. */
const FAR = 2e6;

/**
 * Independent normal variables: ln p(x) = −½·(ln 2π + ln σ² + (x − μ)²/σ²), summed. Beyond c = 2e6 standard
 * deviations the last term is (c·(1 + ln(|x − μ|/cσ)))², which is finite in single precision
 * for every x.
 * @param mean μ
 * @param logVariance ln σ², broadcast against the mean
 */
export function normal(mean: Tensor, logVariance: Tensor): Distribution & { readonly logVariance: Tensor } {
  return {
    logProb: (x, mask) => {
      const { held, excess } = heldDeviation(g.sub(x, mean), g.mul(logVariance, 0.5), FAR);
      const growth = g.add(excess, 1);
      const squared = g.mul(g.mul(g.mul(held, held), g.exp(g.neg(logVariance))), g.mul(growth, growth));
      return g.mul(sumObserved(g.add(squared, g.add(logVariance, LOG_2_PI)), mask), -0.5);
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
