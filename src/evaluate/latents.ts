import { breather } from "../common/breathe.ts";
import { ConfigError } from "../common/errors.ts";
import { type Dataset, spread } from "../data/dataset.ts";
import { isConditioned } from "../models/condition.ts";
import type { ModelConfig } from "../models/config.ts";
import { hasPoints, posteriorRule } from "../models/posteriors.ts";
import { priorRule } from "../models/priors.ts";
import { accuracy, mostFrequentClass } from "../numerics/labelled-features.ts";
import { maximumMeanDiscrepancy } from "../numerics/mmd.ts";
import { aggregateKl, drawsOf, meanKlInClosedForm, meanKlOfDraws } from "./aggregate-posterior.ts";
import { conditionsOf } from "./given.ts";
import {
  asTrained,
  type JudgedExamples,
  type JudgedModel,
  labelledExamples,
  labelledFeatures,
} from "./judged.ts";
import { type LabelAccuracies, labelAccuracies } from "./label-accuracy.ts";
import { EvaluationNoise } from "./noise.ts";
import { posteriorDraws } from "./posterior-draws.ts";
import { priorDraws, priorLogProb } from "./prior.ts";
import type { LongWork } from "./row-function.ts";

/** Measures of the latent space, on held-out examples. */
export interface LatentEvaluation extends LabelAccuracies {
  /** Between example and z under q, in nats. NaN, as `marginalKl`, unless q is normal with independent dimensions. */
  readonly mutualInformation: number;
  /** Standard error of `mutualInformation` over examples. */
  readonly mutualInformationStandardError: number;
  /** ln `aggregateExamples`: near it, `mutualInformation` is only a lower bound. */
  readonly mutualInformationLimit: number;
  /** KL(q(z) ‖ p(z)) of the aggregate posterior, in nats; too large by what `mutualInformation` misses. */
  readonly marginalKl: number;
  /** MMD² between draws from the aggregate posterior and from the prior; around 0 when they agree. NaN of one example. */
  readonly mmdSquared: number;
  /** p-value of `mmd`: how often chance gives an MMD² at least as large. NaN of one example. */
  readonly mmdPValue: number;
  /** Examples behind the numbers above. */
  readonly aggregateExamples: number;
  /** Accuracy of always giving the most frequent training label. */
  readonly majorityAccuracy?: number;
  /** Training examples behind the accuracies. */
  readonly referenceExamples?: number;
  /** Examples whose labels were predicted. */
  readonly guessedExamples?: number;
}

const AGGREGATE_EXAMPLES = 2000;
const STEPS = 3;

/**
 * Mutual information, distance from the prior, and how well labels can be read off the posterior means.
 * @throws {ConfigError} for a deterministic autoencoder, whose codes are points
 * @throws {DataError} when values lie outside the likelihood's support
 */
export async function evaluateLatents(
  vae: JudgedModel,
  { train, data, seed = 0, signal, onProgress }: JudgedExamples,
): Promise<LatentEvaluation> {
  const { model } = vae;
  const { latent } = model;
  if (hasPoints(model))
    throw new ConfigError(
      "a deterministic autoencoder has no posterior to compare with the prior: train without `deterministic`",
    );
  const work = signal ? { signal } : {};
  const breathe = breather(0);
  const judged = await asTrained(vae, data, { seed, role: "judged" });
  const noise = await EvaluationNoise.create();

  const sample = spread(judged, AGGREGATE_EXAMPLES);
  const epsilon = new Float32Array(sample.examples * latent);
  noise.fill(epsilon, { seed, stream: "evaluation" });
  const source = { model, engine: () => vae.engine(), weights: () => vae.weights! };
  const { draws, ...aggregate } = posteriorRule(model).isDiagonalNormal
    ? await aggregateOf(vae, sample, epsilon, work)
    : { ...UNKNOWN_AGGREGATE, draws: await posteriorDraws(source, sample, seed, work) };
  onProgress?.(1, STEPS);
  await breathe();

  const prior = await priorDraws(source, sample.examples, {
    seed,
    ...work,
    ...conditionsOfData(model, sample),
  });
  const uniform = noise.source({ seed, stream: "prior", step: 1 });
  const mmd = maximumMeanDiscrepancy(draws, Float64Array.from(prior), latent, uniform);
  onProgress?.(2, STEPS);
  await breathe();

  const labels = await judgeLabels(vae, train, judged, { seed, ...work });
  onProgress?.(STEPS, STEPS);
  return {
    ...aggregate,
    mmdSquared: mmd.squared,
    mmdPValue: mmd.pValue,
    aggregateExamples: sample.examples,
    ...labels,
  };
}

/** Values for posteriors that are not normal with independent dimensions. */
const UNKNOWN_AGGREGATE = {
  mutualInformation: Number.NaN,
  mutualInformationStandardError: Number.NaN,
  mutualInformationLimit: Number.NaN,
  marginalKl: Number.NaN,
};

function conditionsOfData(model: ModelConfig, { examples, labels }: Dataset): { y?: Float32Array } {
  const y = labels && model.condition && conditionsOf(model, examples, { labels });
  return y ? { y } : {};
}

/** Mutual information and marginal KL of normal posteriors with independent dimensions, and the draws behind them. */
async function aggregateOf(vae: JudgedModel, sample: Dataset, epsilon: Float32Array, work: LongWork) {
  const { model } = vae;
  const posteriors = { ...(await vae.encode(sample, work)), latent: model.latent };
  const draws = drawsOf(posteriors, epsilon);
  const source = { model, engine: () => vae.engine(), weights: () => vae.weights! };
  const klOfNormal = isConditioned(model, "prior") ? undefined : priorRule(model).klOfNormal;
  const meanKl = klOfNormal
    ? meanKlInClosedForm(posteriors, klOfNormal)
    : meanKlOfDraws(
        posteriors,
        epsilon,
        await priorLogProb(source, Float32Array.from(draws), { ...work, ...conditionsOfData(model, sample) }),
      );
  const { mutualInformation, ...others } = aggregateKl(posteriors, epsilon, meanKl);
  return {
    mutualInformation: mutualInformation.mean,
    mutualInformationStandardError: mutualInformation.standardError,
    ...others,
    draws,
  };
}

async function judgeLabels(
  vae: JudgedModel,
  train: Dataset,
  judged: Dataset,
  { seed, ...work }: { seed: number } & LongWork,
) {
  const labelled = labelledExamples(train, judged);
  if (!labelled) return {};
  const { guessed } = labelled;
  const reference = await asTrained(vae, labelled.reference, { seed, role: "training" });
  const accuracies = await labelAccuracies(
    labelledFeatures(reference, (await vae.encode(reference, work)).mean),
    labelledFeatures(guessed, (await vae.encode(guessed, work)).mean),
    work,
  );
  const most = mostFrequentClass(reference.labels!);
  return {
    ...accuracies,
    majorityAccuracy: accuracy(new Int32Array(guessed.examples).fill(most), guessed.labels!),
    referenceExamples: reference.examples,
    guessedExamples: guessed.examples,
  };
}
