import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { type CountDistribution, sumObserved } from "./distribution.ts";
import { drawNegativeBinomial } from "./draws.ts";
import { negativeBinomialLogProbs, negativeBinomialMode } from "./negative-binomial.ts";
import { logarithmRemainderNear0, withDerivatives } from "./special.ts";

/**
 * Independent negative binomial variables, replaced by 0 (a dropout) with probability π (Lopez et al. 2018).
 * @param logMean ln μ of the negative binomial; the mean of the whole is (1 − π)·μ
 * @param logInverseDispersion ln θ, broadcast against the mean
 * @param dropoutLogits ln π/(1 − π)
 */
export function zeroInflatedNegativeBinomial(
  logMean: Tensor,
  logInverseDispersion: Tensor,
  dropoutLogits: Tensor,
): CountDistribution {
  const logProbs = (x: Tensor) =>
    zeroInflated(x, negativeBinomialLogProbs(x, logMean, logInverseDispersion), dropoutLogits);
  return {
    logProb: (x, mask) => sumObserved(logProbs(x), mask),
    mean: g.mul(g.exp(logMean), g.sigmoid(g.neg(dropoutLogits))),
    mode: likelier(
      g.constant(0, logMean.shape),
      negativeBinomialMode(logMean, logInverseDispersion),
      logProbs,
    ),
    draw: ({ logMean: means, logInverseDispersion: dispersions, dropoutLogits: logits }, uniform) =>
      means!.map((mean, i) =>
        uniform() < 1 / (1 + Math.exp(-logits![i]!))
          ? 0
          : drawNegativeBinomial(Math.exp(mean), Math.exp(dispersions![i]!), uniform),
      ),
    parameters: { logMean, logInverseDispersion, dropoutLogits },
  };
}

/**
 * ln p of counts that are dropouts with odds eˡ: ln(1 − π) + ln f(x), and for x = 0 ln(π + (1 − π)·f(0)).
 * @param logProbs ln f(x) of each value without dropouts
 */
function zeroInflated(x: Tensor, logProbs: Tensor, logits: Tensor): Tensor {
  const zero = g.equal(x, 0);
  const logKept = g.neg(g.softplus(logits));
  const gap = g.sub(logits, logProbs);
  const either = g.add(g.max(logits, logProbs), g.softplus(g.neg(g.abs(gap))));

  // If a 0 is almost certain: ln(1 − q), with q = (1 − π)(1 − f(0)) and 1 − eʸ = −2 tanh ½y/(1 − tanh ½y).
  const half = g.tanh(g.mul(logProbs, 0.5));
  const notZero = g.div(g.mul(half, -2), g.sub(1, half));
  const q = g.mul(g.exp(logKept), notZero);
  const certain = g.neg(g.add(q, logarithmRemainderNear0(g.neg(q))));
  const ofZero = g.where(g.less(q, 0.5), certain, g.add(logKept, either));

  // Probability that a 0 is a dropout: σ(l − ln f(0)).
  const dropout = g.where(zero, g.sigmoid(gap), 0);
  return withDerivatives(g.where(zero, ofZero, g.add(logKept, logProbs)), [
    [logits, g.sub(dropout, g.sigmoid(logits))],
    [logProbs, g.sub(1, dropout)],
  ]);
}

function likelier(a: Tensor, b: Tensor, logProbs: (x: Tensor) => Tensor): Tensor {
  return g.where(g.greaterOrEqual(logProbs(a), logProbs(b)), a, b);
}
