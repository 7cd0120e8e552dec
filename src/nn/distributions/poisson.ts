import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { type CountDistribution, sumObserved } from "./distribution.ts";
import { drawPoisson } from "./draws.ts";
import { logarithmRemainder, logFactorialRemainder, withDerivatives } from "./special.ts";

/**
 * Independent Poisson variables: ln p(x) = x ln λ − λ − ln x!, summed; computed as −x·(t − ln(1 + t)) − G(x) with
 * t = λ/x − 1, accurate for large counts (Loader 2000, "Fast and accurate computation of binomial probabilities").
 * @param logRate ln λ, below 88; a rate may underflow to 0
 */
export function poisson(logRate: Tensor): CountDistribution {
  const rate = g.exp(logRate);
  return {
    logProb: (x, mask) => sumObserved(logProbs(x, logRate, rate), mask),
    mean: rate,
    mode: wholePart(rate),
    draw: ({ logRate: rates }, uniform) => rates!.map((each) => drawPoisson(Math.exp(each), uniform)),
    parameters: { logRate },
  };
}

function logProbs(x: Tensor, logRate: Tensor, rate: Tensor): Tensor {
  const positive = g.greater(x, 0);
  const count = g.where(positive, x, 1);
  const excess = g.div(g.sub(rate, count), count);
  const deviance = g.mul(count, logarithmRemainder(excess, g.sub(logRate, g.log(count))));
  const surprise = g.where(positive, g.add(deviance, logFactorialRemainder(count)), rate);
  // d ln p/d ln λ = x − λ
  return withDerivatives(g.neg(surprise), [[logRate, g.sub(x, rate)]]);
}

/** ⌊x⌋. @param x at least 0 */
export function wholePart(x: Tensor): Tensor {
  return g.cast(g.cast(x, "int64"), "float32");
}
