import { type MeanWithError, meanWithError } from "../numerics/statistics.ts";

/** q(z|x) of some examples: normal distributions with a variance for each dimension. Row-major, [examples, latent]. */
interface Posteriors {
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
  readonly latent: number;
}

/** How the KL term of N examples splits, in nats (Hoffman & Johnson 2016): mean KL = mutualInformation + marginalKl. */
interface AggregateKl {
  /** Between example and z, under q. */
  readonly mutualInformation: MeanWithError;
  /** ln N, the upper bound of `mutualInformation`: if the estimate is near it, the true value may be larger. */
  readonly mutualInformationLimit: number;
  /** KL(q(z) ‖ p(z)) of the aggregate posterior q(z) = 1/N·Σ q(z|xₙ): how far the codes are from the prior. */
  readonly marginalKl: number;
}

/**
 * Estimated with one draw z ~ q(z|x) an example, against all N posteriors, in log space. For these
 * N examples the estimate is unbiased. For the distribution they come from, its expectation is a lower bound of the
 * mutual information (Poole et al. 2019, eq. 12) and an upper bound of the marginal KL, both tighter with more examples.
 * @param noise standard normal, [examples, latent]
 * @param meanKl mean KL(q(z|x) ‖ p(z)) of the examples
 */
export function aggregateKl(
  { mean, logVariance, latent }: Posteriors,
  noise: Float32Array,
  meanKl: number,
): AggregateKl {
  const examples = mean.length / latent;
  const z = drawsOf({ mean, logVariance }, noise);
  const precision = Float64Array.from(logVariance, (value) => Math.exp(-value));
  const logScales = new Float64Array(examples);
  for (let at = 0; at < mean.length; at++) logScales[Math.floor(at / latent)]! += 0.5 * logVariance[at]!;
  // Both densities without the factor (2π)^(−latent/2), which cancels.
  const logs = new Float64Array(examples);
  const informations = Float64Array.from({ length: examples }, (_, i) => {
    for (let j = 0; j < examples; j++) {
      let distance = 0;
      for (let d = 0; d < latent; d++) {
        const difference = z[i * latent + d]! - mean[j * latent + d]!;
        distance += difference * difference * precision[j * latent + d]!;
      }
      logs[j] = -logScales[j]! - 0.5 * distance;
    }
    return logs[i]! - logMeanExp(logs);
  });
  const mutualInformation = meanWithError(informations);
  return {
    mutualInformation,
    mutualInformationLimit: Math.log(examples),
    marginalKl: meanKl - mutualInformation.mean,
  };
}

/** One draw z = μ + σ·ε an example, [examples, latent]. */
export function drawsOf(
  { mean, logVariance }: Pick<Posteriors, "mean" | "logVariance">,
  noise: Float32Array,
): Float64Array {
  return Float64Array.from(mean, (value, at) => value + Math.exp(0.5 * logVariance[at]!) * noise[at]!);
}

/** The mean KL of examples from a prior that has a closed form. @param klOf KL of one dimension */
export function meanKlInClosedForm(
  { mean, logVariance, latent }: Posteriors,
  klOf: (mean: number, logVariance: number) => number,
): number {
  const examples = mean.length / latent;
  let kl = 0;
  for (let at = 0; at < mean.length; at++) kl += klOf(mean[at]!, logVariance[at]!) / examples;
  return kl;
}

/**
 * The mean KL of examples, estimated by ln q(z|x) − ln p(z) of one draw each.
 * @param noise behind the draws, [examples, latent]
 * @param logPrior ln p(z) of the draws, [examples]
 */
export function meanKlOfDraws(
  { logVariance }: Pick<Posteriors, "logVariance">,
  noise: Float32Array,
  logPrior: Float32Array,
): number {
  let logPosterior = 0;
  for (let at = 0; at < noise.length; at++)
    logPosterior -= 0.5 * (noise[at]! ** 2 + logVariance[at]! + Math.log(2 * Math.PI));
  return (logPosterior - logPrior.reduce((sum, each) => sum + each, 0)) / logPrior.length;
}

function logMeanExp(values: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > largest) largest = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum / values.length);
}
