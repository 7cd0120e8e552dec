/** vaekit: variational autoencoders in TypeScript. What works wherever JavaScript runs. */
export { chooseLikelihood, type LikelihoodChoice } from "./choose-likelihood.ts";
export type { Column } from "./data/columns.ts";
export {
  type Dataset,
  type DatasetOptions,
  dataset,
  exampleValues,
  type SplitName,
  subset,
  take,
} from "./data/dataset.ts";
export type { Rows, Schema } from "./data/schema.ts";
export { ConfigError, DataError, NumericalError, RunError, VaekitError } from "./errors.ts";
export { notConverged } from "./evaluate/convergence.ts";
export type { DecodedValues } from "./evaluate/decoded-rows.ts";
export { countActiveUnits, type ElboDetails, type ElboSummary } from "./evaluate/evaluation.ts";
export type { CurvePoint, ImportanceSampling } from "./evaluate/likelihood.ts";
export type { LongWork } from "./evaluate/row-function.ts";
export type { JudgedExamples } from "./evaluation-examples.ts";
export type { Examples, LatentPoints } from "./examples.ts";
export { evaluateLatents, type LatentEvaluation } from "./latent-evaluation.ts";
export {
  activation,
  averagePool,
  batchNorm,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dense,
  dropout,
  flatten,
  groupNorm,
  layerNorm,
  maxPool,
  reshape,
  residual,
  upsample,
} from "./layers.ts";
export type { ModelConfig } from "./models/config.ts";
export { describe, type LayerSummary, layersOf } from "./models/summary.ts";
export type { Weights } from "./models/weights.ts";
export type { ActivationName } from "./nn/activations.ts";
export type { Layer } from "./nn/layers.ts";
export { comparePca, type PcaBaseline } from "./pca-comparison.ts";
export type { PriorSampling } from "./prior-points.ts";
export type { Runtime } from "./runtime/session.ts";
export type { Checkpoint } from "./train/checkpoint.ts";
export type { LossMeans, TrainingEvent } from "./train/events.ts";
export type {
  Hyperparameters,
  HyperparametersInput,
  TrainingSettings,
  TrainingSettingsInput,
} from "./train/settings.ts";
export { VAE, type VaeOptions } from "./vae.ts";
export type {
  Architecture,
  ConvolutionalArchitecture,
  DenseArchitecture,
  LayeredArchitecture,
} from "./vae-architecture.ts";
export type { SamplingOptions, Scores } from "./vae-evaluation.ts";
export type { TrainingResult, TrainOptions } from "./vae-training.ts";
