import { type Dataset, exampleValues, labelledPart, spread, withValues } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import type { Weights } from "../models/weights.ts";
import type { LabelledFeatures } from "../numerics/labelled-features.ts";
import type { Runtime } from "../runtime/session.ts";
import { EvaluationNoise } from "./noise.ts";
import type { LongWork } from "./row-function.ts";

/** What to judge a model on; where there are more examples than a number needs, they are taken at even distances. */
export interface JudgedExamples extends LongWork {
  /** Examples that probes and components are fitted to, shaped as the model's. */
  readonly train: Dataset;
  /** Examples to judge, shaped as the model's. */
  readonly data: Dataset;
  /** Of all random draws. */
  readonly seed?: number;
}

/** What judging needs of a model; a `VAE` has it. */
export interface JudgedModel {
  readonly model: ModelConfig;
  readonly hyperparameters: Pick<Hyperparameters, "binarize">;
  readonly weights: Weights | undefined;
  engine(): Promise<Runtime>;
  encode(data: Dataset, work?: LongWork): Promise<{ mean: Float32Array; logVariance: Float32Array }>;
  reconstruct(data: Dataset, work: LongWork & { readonly units: "model" }): Promise<Float32Array>;
}

const REFERENCE_EXAMPLES = 20_000;
const LABELLED_EXAMPLES = 10_000;

/**
 * The data as the model was trained on them: binarised, if it was, drawn once for each example and seed. Held-out
 * examples get the draws used for the ELBO and the likelihood; training examples get separate draws.
 */
export async function asTrained(
  { hyperparameters }: Pick<JudgedModel, "hyperparameters">,
  data: Dataset,
  { seed, role }: { seed: number; role: "training" | "judged" },
): Promise<Dataset> {
  if (hyperparameters.binarize === "never") return data;
  const rows = exampleValues(data, { start: 0, end: data.examples });
  const step = role === "training" ? 1 : 0;
  (await EvaluationNoise.create()).binarize(rows, { seed, stream: "evaluationBinarization", step }, 0);
  return withValues(data, rows);
}

/** Training examples whose labels are known and examples whose labels are to be predicted; undefined without labels. */
export function labelledExamples(
  train: Dataset,
  judged: Dataset,
): { readonly reference: Dataset; readonly guessed: Dataset } | undefined {
  const [known, asked] = [labelledPart(train), labelledPart(judged)];
  if (!known || !asked) return undefined;
  return { reference: spread(known, REFERENCE_EXAMPLES), guessed: spread(asked, LABELLED_EXAMPLES) };
}

/** @param features [examples, dimensions] of labelled examples */
export function labelledFeatures(
  { labels, examples }: Dataset,
  features: LabelledFeatures["features"],
): LabelledFeatures {
  return { features, labels: labels!, dimensions: features.length / examples };
}
