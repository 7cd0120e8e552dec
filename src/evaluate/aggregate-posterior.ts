/** q(z|x) of some examples: normal distributions with a variance for each dimension. Row-major, [examples, latent]. */
export interface Posteriors {
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
  readonly latent: number;
}

/** How the KL term splits, in nats (Hoffman & Johnson 2016): mean KL(q(z|x) ‖ p(z)) = mutualInformation + marginalKl. */
export interface AggregateKl {
  /** Between an example's index and z, under q: at most ln of the number of examples. */
  readonly mutualInformation: number;
  /** KL(q(z) ‖ p(z)) of the aggregate posterior q(z) = 1/N·Σ q(z|xₙ): how far the codes are from the prior. */
  readonly marginalKl: number;
}

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * Estimated with one draw z ~ q(z|x) an example, against all N posteriors, in log space: both have a bias that falls
 * with N, and `mutualInformation` cannot exceed ln N.
 * @param noise standard normal, [examples, latent]
 */
export function aggregateKl({ mean, logVariance, latent }: Posteriors, noise: Float32Array): AggregateKl {
  const examples = mean.length / latent;
  const z = drawsOf({ mean, logVariance, latent }, noise);
  const precision = Float64Array.from(logVariance, (value) => Math.exp(-value));
  const constants = Float64Array.from({ length: examples }, (_, example) => {
    let sum = latent * LOG_2_PI;
    for (let d = example * latent; d < (example + 1) * latent; d++) sum += logVariance[d]!;
    return -0.5 * sum;
  });
  const logs = new Float64Array(examples);
  let mutualInformation = 0;
  let marginalKl = 0;
  for (let i = 0; i < examples; i++) {
    for (let j = 0; j < examples; j++) {
      let distance = 0;
      for (let d = 0; d < latent; d++) {
        const difference = z[i * latent + d]! - mean[j * latent + d]!;
        distance += difference * difference * precision[j * latent + d]!;
      }
      logs[j] = constants[j]! - 0.5 * distance;
    }
    const logAggregate = logMeanExp(logs);
    let logPrior = -0.5 * latent * LOG_2_PI;
    for (let d = i * latent; d < (i + 1) * latent; d++) logPrior -= 0.5 * z[d]! ** 2;
    mutualInformation += (logs[i]! - logAggregate) / examples;
    marginalKl += (logAggregate - logPrior) / examples;
  }
  return { mutualInformation, marginalKl };
}

/** One draw z = μ + σ·ε an example, [examples, latent]. */
export function drawsOf({ mean, logVariance }: Posteriors, noise: Float32Array): Float64Array {
  return Float64Array.from(mean, (value, at) => value + Math.exp(0.5 * logVariance[at]!) * noise[at]!);
}

function logMeanExp(values: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > largest) largest = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum / values.length);
}
