import { breather } from "../common/breathe.ts";
import { type Dataset, exampleSize, exampleValues, spread } from "../data/dataset.ts";
import { exampleSums } from "../data/moments.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import { isDensity, type Likelihood } from "../nn/distributions/likelihood.ts";
import {
  type PrincipalComponents,
  type Projection,
  principalComponents,
  probabilisticPcaLogLikelihood,
  project,
} from "../numerics/principal-components.ts";
import { meanWithError, quantile } from "../numerics/statistics.ts";
import {
  asTrained,
  type JudgedExamples,
  type JudgedModel,
  labelledExamples,
  labelledFeatures,
} from "./judged.ts";
import { type LabelAccuracies, labelAccuracies } from "./label-accuracy.ts";
import type { LongWork } from "./row-function.ts";

/** Principal components with the latent space's number of dimensions, compared with the VAE. */
export interface PcaBaseline extends LabelAccuracies {
  /** How many PCA keeps: as many as the model has latent dimensions. */
  readonly components: number;
  /** Training examples that they are fitted to. */
  readonly fittedExamples: number;
  /** Σ (x − reconstruction)² of an example, on average. */
  readonly squaredError: number;
  /** Standard error of `squaredError` over examples. */
  readonly squaredErrorStandardError: number;
  /** The same of the VAE, which decodes the posterior's mean. */
  readonly vaeSquaredError: number;
  /** Over examples. */
  readonly vaeSquaredErrorStandardError: number;
  /** Exact mean ln p(x) of probabilistic PCA in nats; absent where the VAE's likelihood is not a density. */
  readonly logLikelihood?: number;
  /** Over examples, in nats. */
  readonly logLikelihoodStandardError?: number;
}

const FITTED_EXAMPLES = 20_000;
/** Largest number of multiplications for a covariance, to limit the time. */
const COVARIANCE_WORK = 4e10;
/** A larger covariance takes more than 128 MiB. */
const MOST_VALUES = 4096;
const STEPS = 3;

/**
 * PCA with the same number of dimensions on the same examples; of counts, on ln(1 + x), where the likelihood knows the
 * sums of rows on counts brought to the median sum before; of tables of real columns, on columns divided by their spread.
 * @returns undefined where rows have more than 4,096 values, fewer than the latent space has dimensions, or gaps
 * @throws {DataError} when values lie outside the likelihood's support
 */
export async function comparePca(
  vae: JudgedModel,
  { train, data, seed = 0, signal, onProgress }: JudgedExamples,
): Promise<PcaBaseline | undefined> {
  const { latent, likelihood } = vae.model;
  const values = exampleSize(data);
  if (values > MOST_VALUES || latent > values) return undefined;
  if (train.schema.missing !== undefined || data.schema.missing !== undefined) return undefined;
  const work = signal ? { signal } : {};
  const breathe = breather(0);
  const judged = await asTrained(vae, data, { seed, role: "judged" });
  const reconstructions = await vae.reconstruct(judged, { ...work, units: "model" });
  onProgress?.(1, STEPS);
  await breathe();

  const most = Math.min(FITTED_EXAMPLES, Math.ceil(COVARIANCE_WORK / values ** 2));
  const fitted = await asTrained(vae, spread(train, most), { seed, role: "training" });
  const view = viewOf(likelihood, fitted);
  const pca = principalComponents(view(allValues(fitted), fitted), values, latent);
  onProgress?.(2, STEPS);
  await breathe();

  const rows = view(allValues(judged), judged);
  const projection = project(pca, rows);
  const error = meanWithError(projection.squaredErrors);
  const vaeError = meanWithError(squaredDifferences(rows, view(reconstructions, judged), values));
  const logLikelihoods = probabilisticPca(likelihood, pca, projection);
  const likelihoods = logLikelihoods && meanWithError(logLikelihoods);
  const accuracies = await judgeLabels(vae, { pca, view }, train, judged, { seed, ...work });
  onProgress?.(STEPS, STEPS);
  return {
    components: latent,
    fittedExamples: fitted.examples,
    squaredError: error.mean,
    squaredErrorStandardError: error.standardError,
    vaeSquaredError: vaeError.mean,
    vaeSquaredErrorStandardError: vaeError.standardError,
    ...(likelihoods && {
      logLikelihood: likelihoods.mean,
      logLikelihoodStandardError: likelihoods.standardError,
    }),
    ...accuracies,
  };
}

/** ln p(x) of each example, in the data's units; undefined where the likelihood is not a density. */
function probabilisticPca(
  likelihood: Likelihood,
  pca: PrincipalComponents,
  projection: Projection,
): Float64Array | undefined {
  if (isDensity(likelihood)) return probabilisticPcaLogLikelihood(pca, projection);
  const spreads = spreadsOf(likelihood);
  if (!spreads) return undefined;
  const logVolume = spreads.reduce((sum, spread) => sum + Math.log(spread), 0);
  return probabilisticPcaLogLikelihood(pca, projection)?.map((each) => each - logVolume);
}

/** Of a table's columns, where all of them are real: components are of standardised columns then. */
function spreadsOf(likelihood: Likelihood): number[] | undefined {
  if (likelihood.type !== "mixed" || likelihood.columns.length === 0) return undefined;
  const spreads = likelihood.columns.flatMap((column) => (column.kind === "real" ? [column.spread] : []));
  return spreads.length === likelihood.columns.length ? spreads : undefined;
}

async function judgeLabels(
  vae: JudgedModel,
  { pca, view }: { readonly pca: PrincipalComponents; readonly view: View },
  train: Dataset,
  judged: Dataset,
  { seed, ...work }: { seed: number } & LongWork,
): Promise<LabelAccuracies> {
  const labelled = labelledExamples(train, judged);
  if (!labelled) return {};
  const reference = await asTrained(vae, labelled.reference, { seed, role: "training" });
  const featuresOf = (data: Dataset) =>
    labelledFeatures(data, project(pca, view(allValues(data), data)).scores);
  return labelAccuracies(featuresOf(reference), featuresOf(labelled.guessed), work);
}

/** What components are fitted to. @param values of examples, or of their reconstructions @param data the examples */
type View = (values: Float32Array, data: Dataset) => Float32Array;

function viewOf(likelihood: Likelihood, fitted: Dataset): View {
  const spreads = spreadsOf(likelihood);
  if (spreads) return (values) => values.map((value, at) => value / spreads[at % spreads.length]!);
  if (!isOfCounts(likelihood)) return (values) => values;
  const depth = likelihood.librarySize === "observed" ? quantile(exampleSums(fitted), 0.5) : undefined;
  return (values, data) => {
    const width = values.length / data.examples;
    const sums = depth === undefined ? undefined : exampleSums(data);
    return values.map((value, at) => {
      const sum = sums?.[Math.floor(at / width)];
      return Math.log1p(sum ? (value * depth!) / sum : value);
    });
  };
}

function allValues(data: Dataset): Float32Array {
  return exampleValues(data, { start: 0, end: data.examples });
}

/** Σ (a − b)² of each row. */
function squaredDifferences(a: Float32Array, b: Float32Array, values: number): Float64Array {
  const sums = new Float64Array(a.length / values);
  for (let at = 0; at < a.length; at++) sums[Math.floor(at / values)]! += (a[at]! - b[at]!) ** 2;
  return sums;
}

/** Whether probabilistic PCA accounts for held-out examples better than the model does. */
export function isBetterThan(
  { logLikelihood }: Pick<PcaBaseline, "logLikelihood">,
  { nll }: { readonly nll: number },
): boolean {
  return logLikelihood !== undefined && logLikelihood !== null && logLikelihood > -nll;
}
