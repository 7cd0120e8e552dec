import { ConfigError } from "../common/errors.ts";
import { parseSettings, positiveInteger } from "../common/settings.ts";
import type { Dataset } from "../data/dataset.ts";
import { type ElboDetails, ElboEvaluator } from "../evaluate/evaluation.ts";
import type { KeptFunctions } from "../evaluate/kept-functions.ts";
import { type ImportanceSampling, importanceSampling } from "../evaluate/likelihood.ts";
import type { LongWork } from "../evaluate/row-function.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import { hasPoints, posteriorRule } from "../models/posteriors.ts";

/** One value per example, in nats, except the effective sample size, which is a number of samples. */
export interface Scores {
  /** reconstruction − kl */
  readonly elbo: Float64Array;
  /** Expected ln p(x|z). */
  readonly reconstruction: Float64Array;
  /** KL(q(z|x) ‖ p(z)) */
  readonly kl: Float64Array;
  /** ln p(x), by importance sampling. */
  readonly logLikelihood: Float64Array;
  /** (Σ w)²/Σ w² of the importance weights: near 1, `logLikelihood` is only a bound. */
  readonly effectiveSampleSize: Float64Array;
}

/** Draws behind an evaluation. */
export interface SamplingOptions extends LongWork {
  /** Default 0. */
  readonly seed?: number;
  /** Draws of z an example; default: 1 for the ELBO, 500 for importance sampling. */
  readonly samples?: number;
}

/** A trained model and the compiled functions of its weights. */
interface TrainedModel {
  readonly functions: KeptFunctions;
  readonly model: ModelConfig;
  readonly hyperparameters: Hyperparameters;
}

/** Numbers are of data as the model was trained on them: binarised, if it was. */
export function evaluationOptions(
  { binarize }: Hyperparameters,
  samples: number,
): { samples: number; binarize: boolean } {
  parseSettings(positiveInteger, samples, "samples");
  return { samples, binarize: binarize !== "never" };
}

export async function evaluateElbo(
  { functions, model, hyperparameters }: TrainedModel,
  data: Dataset,
  { seed = 0, samples = 1, ...work }: SamplingOptions,
): Promise<ElboDetails> {
  const options = evaluationOptions(hyperparameters, samples);
  const evaluator = await ElboEvaluator.kept(functions, model, options);
  return evaluator.evaluate(data, { seed, ...work });
}

/** @throws {ConfigError} for a deterministic autoencoder */
export async function sampleImportance(
  { functions, model, hyperparameters }: TrainedModel,
  data: Dataset,
  { seed = 0, samples = 500, ...work }: SamplingOptions,
): Promise<ImportanceSampling> {
  if (hasPoints(model))
    throw new ConfigError(
      "a deterministic autoencoder has no likelihood of its data: train without `deterministic`",
    );
  // Draws of a posterior that is certain are all the same.
  const draws = posteriorRule(model).isCertain ? 1 : samples;
  parseSettings(positiveInteger, samples, "samples");
  const options = { seed, ...evaluationOptions(hyperparameters, draws), ...work };
  return importanceSampling(functions, model, data, options);
}

/** @throws {ConfigError} for a deterministic autoencoder */
export async function scoreExamples(
  trained: TrainedModel,
  data: Dataset,
  options: SamplingOptions,
): Promise<Scores> {
  const { logLikelihood, effectiveSampleSize } = await sampleImportance(trained, data, options);
  // A single draw takes little time compared with those: it shows no progress.
  const { samples: _, onProgress: __, ...quiet } = options;
  const { reconstruction, kl } = (await evaluateElbo(trained, data, quiet)).perExample;
  const elbo = reconstruction.map((value, example) => value - kl[example]!);
  return { elbo, reconstruction, kl, logLikelihood, effectiveSampleSize };
}
