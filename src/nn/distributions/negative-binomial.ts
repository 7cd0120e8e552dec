import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { type CountDistribution, sumObserved } from "./distribution.ts";
import { drawNegativeBinomial } from "./draws.ts";
import { wholePart } from "./poisson.ts";
import { digammaRemainder, logarithmRemainder, logFactorialRemainder, withDerivatives } from "./special.ts";

/**
 * Independent negative binomial variables of mean μ and inverse dispersion θ, whose variance is μ + μ²/θ: Poisson
 * variables whose rate is a gamma variable of shape θ.
 * @param logMean ln μ, below 88
 * @param logInverseDispersion ln θ, within ±20; broadcasts against the mean
 */
export function negativeBinomial(logMean: Tensor, logInverseDispersion: Tensor): CountDistribution {
  return {
    logProb: (x, mask) => sumObserved(negativeBinomialLogProbs(x, logMean, logInverseDispersion), mask),
    mean: g.exp(logMean),
    mode: negativeBinomialMode(logMean, logInverseDispersion),
    draw: ({ logMean: means, logInverseDispersion: dispersions }, uniform) =>
      means!.map((mean, i) => drawNegativeBinomial(Math.exp(mean), Math.exp(dispersions![i]!), uniform)),
    parameters: { logMean, logInverseDispersion },
  };
}

/**
 * ln p(x) of each value: lnΓ(x + θ) − lnΓ(θ) − ln x! + θ ln θ/(θ + μ) + x ln μ/(θ + μ). With N = x + θ, M = μ + θ and
 * e = θ(x − μ)/M, the expected number of failures less θ, this is ln θ/N + G(N) − G(θ) − G(x) less two deviances,
 * θ·h(e/θ) + x·h(−e/x) with h(t) = t − ln(1 + t): no large terms cancel (after Loader 2000 for the binomial).
 */
export function negativeBinomialLogProbs(x: Tensor, logMean: Tensor, logInverseDispersion: Tensor): Tensor {
  const mean = g.exp(logMean);
  const theta = g.exp(logInverseDispersion);
  const positive = g.greater(x, 0);
  const count = g.where(positive, x, 1);
  const total = g.add(x, theta);
  const expected = g.add(mean, theta);

  const relative = g.div(g.sub(x, mean), expected);
  const excess = g.mul(relative, theta);
  const spare = logarithmRemainder(relative, g.log(g.div(total, expected)));
  const logRatio = g.add(logMean, g.log(g.div(total, g.mul(count, expected))));
  const own = g.where(
    positive,
    g.mul(count, logarithmRemainder(g.neg(g.div(excess, count)), logRatio)),
    g.neg(excess),
  );
  const bulk = g.add(g.mul(theta, spare), own);
  const remainders = g.sub(
    g.sub(logFactorialRemainder(total), logFactorialRemainder(theta)),
    logFactorialRemainder(count),
  );
  const rest = g.where(positive, g.add(g.log(g.div(theta, total)), remainders), 0);

  // d ln p/d ln μ = e, and d ln p/d ln θ = θ·(ψ(N) − ψ(θ) + ln θ/M − (x − μ)/M)
  const slope = g.sub(g.sub(digammaRemainder(total), digammaRemainder(theta)), spare);
  return withDerivatives(g.sub(rest, bulk), [
    [logMean, excess],
    [logInverseDispersion, g.mul(theta, slope)],
  ]);
}

/** ⌊μ·(θ − 1)/θ⌋, or 0 where θ ≤ 1. */
export function negativeBinomialMode(logMean: Tensor, logInverseDispersion: Tensor): Tensor {
  const above = g.max(g.sub(1, g.exp(g.neg(logInverseDispersion))), 0);
  return wholePart(g.mul(g.exp(logMean), above));
}
