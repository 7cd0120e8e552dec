import { type Dataset, exampleSize, exampleValues, subset } from "./data/dataset.ts";
import { aggregateKl, drawsOf, type Posteriors } from "./evaluate/aggregate-posterior.ts";
import { accuracy, type LabelledFeatures } from "./evaluate/labelled-features.ts";
import { fitLinearProbe, probeClasses } from "./evaluate/linear-probe.ts";
import { meanWithError } from "./evaluate/mean-error.ts";
import { maximumMeanDiscrepancy } from "./evaluate/mmd.ts";
import { nearestNeighbourClasses } from "./evaluate/nearest-neighbours.ts";
import { EvaluationNoise } from "./evaluate/noise.ts";
import {
  principalComponents,
  probabilisticPcaLogLikelihood,
  project,
  residuals,
} from "./evaluate/principal-components.ts";
import { isDensity } from "./nn/distributions/likelihood.ts";
import type { VAE } from "./vae.ts";

/** What the latent space is like, on examples the model has not seen. */
export interface LatentEvaluation extends ProbeAccuracies {
  /** Between example and z under q, in nats; at most ln `aggregateExamples`. */
  readonly mutualInformation: number;
  /** KL(q(z) ‖ p(z)) of the aggregate posterior, in nats. */
  readonly marginalKl: number;
  /** MMD² between draws from the aggregate posterior and from the prior; around 0 when they agree. */
  readonly mmdSquared: number;
  /** How often chance gives an MMD² as large. */
  readonly mmdPValue: number;
  /** Examples behind the numbers above. */
  readonly aggregateExamples: number;
}

/** How well labels can be read off features; absent where there are no labels. */
export interface ProbeAccuracies {
  /** Of a multinomial logistic regression fitted to training examples. */
  readonly probeAccuracy?: number;
  /** Of the five nearest training examples. */
  readonly knnAccuracy?: number;
}

/** Principal components in as many dimensions as the latent space has, fitted to the same training examples. */
export interface PcaBaseline extends ProbeAccuracies {
  readonly components: number;
  /** Σ (x − reconstruction)² of an example, on average. */
  readonly squaredError: number;
  /** The same of the VAE, which decodes the posterior's mean. */
  readonly vaeSquaredError: number;
  /** Exact mean ln p(x) of probabilistic PCA in nats; absent where the VAE's likelihood is not a density. */
  readonly logLikelihood?: number;
}

const AGGREGATE_EXAMPLES = 2000;
const MMD_EXAMPLES = 1000;
const PROBE_EXAMPLES = 10_000;
const KNN_QUERIES = 2000;
const NEIGHBOURS = 5;
const PCA_EXAMPLES = 20_000;
/** Eigenvectors of a larger covariance take minutes. */
const PCA_MOST_VALUES = 2000;

/**
 * @param train examples to fit probes to; @param data examples to judge, both shaped as the model's
 */
export async function evaluateLatents(
  vae: VAE,
  { train, data, seed = 0 }: { train: Dataset; data: Dataset; seed?: number },
): Promise<LatentEvaluation> {
  const { latent } = vae.model;
  const codes = await vae.encode(data);
  const noise = await EvaluationNoise.create();
  const examples = Math.min(AGGREGATE_EXAMPLES, data.examples);
  const posteriors: Posteriors = {
    mean: codes.mean.subarray(0, examples * latent),
    logVariance: codes.logVariance.subarray(0, examples * latent),
    latent,
  };
  const epsilon = new Float32Array(examples * latent);
  noise.fill(epsilon, { seed, stream: "evaluation" });
  const aggregate = aggregateKl(posteriors, epsilon);

  const points = Math.min(MMD_EXAMPLES, examples) * latent;
  const prior = new Float32Array(points);
  noise.fill(prior, { seed, stream: "prior" });
  const mmd = maximumMeanDiscrepancy(
    drawsOf(posteriors, epsilon).subarray(0, points),
    Float64Array.from(prior),
    latent,
    uniformOf(noise, seed),
  );
  const reference =
    train.labels && (await vae.encode(subset(train, 0, Math.min(PROBE_EXAMPLES, train.examples))));
  return {
    ...aggregate,
    mmdSquared: mmd.squared,
    mmdPValue: mmd.pValue,
    aggregateExamples: examples,
    ...(reference &&
      data.labels &&
      probeAccuracies(
        { features: reference.mean, labels: train.labels!.subarray(0, PROBE_EXAMPLES), dimensions: latent },
        { features: codes.mean, labels: data.labels, dimensions: latent },
      )),
  };
}

/** Undefined where rows have too many values for an eigendecomposition, or fewer than the latent space has dimensions. */
export async function comparePca(
  vae: VAE,
  { train, data }: { train: Dataset; data: Dataset },
): Promise<PcaBaseline | undefined> {
  const { latent, likelihood } = vae.model;
  const values = exampleSize(data);
  if (values > PCA_MOST_VALUES || latent > values) return undefined;
  const fitted = exampleValues(train, { start: 0, end: Math.min(PCA_EXAMPLES, train.examples) });
  const rows = exampleValues(data, { start: 0, end: data.examples });
  const pca = principalComponents(fitted, values, latent);
  const scores = project(pca, rows);
  const logLikelihoods = isDensity(likelihood) ? probabilisticPcaLogLikelihood(pca, rows) : undefined;
  const reference = project(pca, fitted.subarray(0, PROBE_EXAMPLES * values));
  return {
    components: latent,
    squaredError: meanWithError(residuals(pca, rows, scores)).mean,
    vaeSquaredError: squaredDifference(rows, await vae.reconstruct(data)) / data.examples,
    ...(logLikelihoods && { logLikelihood: meanWithError(logLikelihoods).mean }),
    ...(train.labels &&
      data.labels &&
      probeAccuracies(
        { features: reference, labels: train.labels.subarray(0, PROBE_EXAMPLES), dimensions: latent },
        { features: scores, labels: data.labels, dimensions: latent },
      )),
  };
}

function probeAccuracies(train: LabelledFeatures, test: LabelledFeatures): Required<ProbeAccuracies> {
  const queries = test.features.subarray(0, KNN_QUERIES * test.dimensions);
  const truth = Array.from(test.labels).slice(0, KNN_QUERIES);
  return {
    probeAccuracy: accuracy(probeClasses(fitLinearProbe(train), test.features), test.labels),
    knnAccuracy: accuracy(nearestNeighbourClasses(train, queries, NEIGHBOURS), truth),
  };
}

function squaredDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0);
}

/** Uniform numbers for the permutation test. */
function uniformOf(noise: EvaluationNoise, seed: number): () => number {
  const buffer = new Float32Array(1 << 12);
  let step = 1;
  let next = buffer.length;
  return () => {
    if (next === buffer.length) {
      noise.uniform(buffer, { seed, stream: "prior", step: step++ });
      next = 0;
    }
    return buffer[next++]!;
  };
}
