import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { zeros } from "../initializers.ts";
import type { Scope } from "../scope.ts";
import { type CountDistribution, whereObserved } from "./distribution.ts";
import type { LikelihoodContext } from "./likelihood-rule.ts";
import { inside, type Marginals } from "./marginals.ts";
import { negativeBinomial } from "./negative-binomial.ts";
import { poisson } from "./poisson.ts";
import { headOutputs, type LearnedScale } from "./scale.ts";
import { logSumExp } from "./stable.ts";
import { zeroInflatedNegativeBinomial } from "./zero-inflated-negative-binomial.ts";

export const LIBRARY_SIZES = ["none", "observed"] as const;
export type LibrarySize = (typeof LIBRARY_SIZES)[number];

/** How the mean of counts follows from the decoder's output h, as data. */
interface CountMean {
  /**
   * `observed`: ℓ·softmax(h), where ℓ is the row's own sum, the library size of a cell (Lopez et al. 2018), so that
   * ln p(x|z) is that of x given ℓ; `none`: scale·ln(1 + eʰ), which grows only linearly for large h.
   */
  readonly librarySize: LibrarySize;
  /**
   * Mean of all values of the training data, or with library sizes the median over rows, used as ℓ when only z is
   * known. Absent before training (then 1).
   */
  readonly scale?: number;
}

interface Dispersed {
  /** Source of ln θ: the parameter `log_inverse_dispersion` or a second output of the decoder. */
  readonly dispersion: LearnedScale;
}

export interface PoissonLikelihood extends CountMean {
  readonly type: "poisson";
}
export interface NegativeBinomialLikelihood extends CountMean, Dispersed {
  readonly type: "negative-binomial";
}
export interface ZeroInflatedLikelihood extends CountMean, Dispersed {
  readonly type: "zero-inflated-negative-binomial";
}

type CountLikelihood = PoissonLikelihood | NegativeBinomialLikelihood | ZeroInflatedLikelihood;

const COUNT_LIKELIHOODS = [
  "poisson",
  "negative-binomial",
  "zero-inflated-negative-binomial",
] as const satisfies readonly CountLikelihood["type"][];

export function isOfCounts<L extends { readonly type: string }>(
  likelihood: L,
): likelihood is Extract<L, CountLikelihood> {
  return (COUNT_LIKELIHOODS as readonly string[]).includes(likelihood.type);
}

/** Library size of a row without counts: its logarithm must be finite. */
const EMPTY_LIBRARY = 1e-6;

/** The rows that are known, which broadcast against the output. */
type Known = Pick<LikelihoodContext, "observed" | "mask">;

/** ln of the mean. */
function logMeanOf(output: Tensor, { librarySize, scale = 1 }: CountMean, known: Known): Tensor {
  if (librarySize === "none") return g.add(logSoftplus(output), Math.log(scale));
  const { observed, mask } = known;
  const usual = g.constant(Math.log(Math.max(scale, EMPTY_LIBRARY)));
  if (!observed) return g.add(g.logSoftmax(output), usual);
  const logSum = (rows: Tensor) => g.log(g.max(g.reduceSum(rows, [-1], true), EMPTY_LIBRARY));
  if (!mask) return g.add(g.logSoftmax(output), logSum(observed));
  // The observed counts tell the sum over their own shares; a row without any has the usual sum over all.
  const isEmpty = g.equal(g.reduceMax(mask, [-1], true), 0);
  const shares = g.where(isEmpty, output, whereObserved(output, mask, NO_SHARE));
  const logTotal = g.where(isEmpty, usual, logSum(g.mul(observed, mask)));
  const logShares = g.reshape(logSumExp(shares, shares.shape.length - 1), [...shares.shape.slice(0, -1), 1]);
  return g.add(g.sub(output, logShares), logTotal);
}

/** Its exponential is 0 next to that of any output. */
const NO_SHARE = -1e9;

/** Below this, ln ln(1 + eʰ) is h to single precision. */
const EXPONENTIAL_BELOW = -15;

/** ln ln(1 + eʰ) */
export function logSoftplus(h: Tensor): Tensor {
  const inside = g.log(g.softplus(g.max(h, EXPONENTIAL_BELOW)));
  return g.where(g.less(h, EXPONENTIAL_BELOW), h, inside);
}

/**
 * The decoder's outputs whose means are given: ln of the shares of a row's sum, or the inverse of scale·softplus.
 * @param means of each unit; those of 0 count as half of one in all examples
 */
export function countOutputs(
  means: Float64Array,
  { librarySize, scale = 1 }: CountMean,
  examples: number,
): Float64Array {
  const positive = inside(means, examples);
  if (librarySize === "observed") {
    const total = positive.reduce((sum, mean) => sum + mean, 0);
    return positive.map((mean) => Math.log(mean / total));
  }
  // ln(eʸ − 1) = y + ln(1 − e⁻ʸ)
  return positive.map((mean) => mean / scale + Math.log(-Math.expm1(-mean / scale)));
}

/** Dropouts that data without excess zeros begin with. */
const LEAST_DROPOUT = 0.01;

/**
 * The means without dropouts, and the logits of these, at which both the means and the shares of zeros are those of the
 * data where θ is 1, as it is at first: a share z of zeros and a mean m give μ = m/(1 − z) − 1 and 1 − π = m/μ. With
 * library sizes, what all means lack in common cannot be made up for.
 */
export function zeroInflatedOutputs(likelihood: ZeroInflatedLikelihood, data: Marginals): Float64Array {
  const { mean, examples } = data;
  const kept = inside(data.zeros(), examples, 1).map((zeros, i) => {
    const undropped = mean[i]! / (1 - zeros) - 1;
    return Math.min(undropped > 0 ? mean[i]! / undropped : 1, 1 - LEAST_DROPOUT);
  });
  const undropped = inside(mean, examples).map((each, i) => each / kept[i]!);
  const logits = kept.map((each) => Math.log1p(-each) - Math.log(each));
  return Float64Array.from([...countOutputs(undropped, likelihood, examples), ...logits]);
}

/** Beyond e^±15, the dispersion has no effect in single precision. */
const LOG_DISPERSION_LIMIT = 15;

/** ln θ, from 0. @param raw the decoder's output for it */
export function logInverseDispersionOf(
  scope: Scope,
  dispersion: LearnedScale,
  values: number,
  raw?: Tensor,
): Tensor {
  const shape = dispersion === "shared" ? [1] : [values];
  const free = raw ?? scope.parameter("log_inverse_dispersion", shape, zeros, { decay: false });
  return g.max(g.min(free, LOG_DISPERSION_LIMIT), -LOG_DISPERSION_LIMIT);
}

export function poissonLikelihood(
  output: Tensor,
  likelihood: PoissonLikelihood,
  known: Known,
): CountDistribution {
  return poisson(logMeanOf(output, likelihood, known));
}

/** @param output of the mean, followed by the raw ln θ if the dispersion is `decoder` */
export function negativeBinomialLikelihood(
  scope: Scope,
  output: Tensor,
  likelihood: NegativeBinomialLikelihood,
  known: Known,
): CountDistribution {
  const [mean, raw] = headOutputs(output, outputsOf(likelihood)) as [Tensor, Tensor | undefined];
  const dispersion = logInverseDispersionOf(scope, likelihood.dispersion, mean.shape.at(-1)!, raw);
  return negativeBinomial(logMeanOf(mean, likelihood, known), dispersion);
}

/** @param output of the mean and the logits of dropouts, followed by the raw ln θ if the dispersion is `decoder` */
export function zeroInflatedLikelihood(
  scope: Scope,
  output: Tensor,
  likelihood: ZeroInflatedLikelihood,
  known: Known,
): CountDistribution {
  const [mean, logits, raw] = headOutputs(output, outputsOf(likelihood)) as [
    Tensor,
    Tensor,
    Tensor | undefined,
  ];
  const dispersion = logInverseDispersionOf(scope, likelihood.dispersion, mean.shape.at(-1)!, raw);
  return zeroInflatedNegativeBinomial(logMeanOf(mean, likelihood, known), dispersion, logits);
}

/** Outputs of the decoder for each value. */
export function outputsOf({ type, dispersion }: NegativeBinomialLikelihood | ZeroInflatedLikelihood): number {
  return (type === "negative-binomial" ? 1 : 2) + (dispersion === "decoder" ? 1 : 0);
}
