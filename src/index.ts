/** vaekit: variational autoencoders in TypeScript. What works wherever JavaScript runs. */

export { ConfigError, DataError, NumericalError, RunError, VaekitError } from "./common/errors.ts";
export {
  type Dataset,
  type DatasetOptions,
  dataset,
  exampleValues,
  type SplitName,
  subset,
  take,
} from "./data/dataset.ts";
export type { LabelsInput } from "./data/labels.ts";
export type { Column, Rows, Schema } from "./data/schema.ts";
export type { ElementType, Storage } from "./data/storage.ts";
export { notConverged } from "./evaluate/convergence.ts";
export type { DecodedValues } from "./evaluate/decoded-rows.ts";
export { countActiveUnits, type ElboDetails, type ElboSummary } from "./evaluate/evaluation.ts";
export type { JudgedExamples } from "./evaluate/judged.ts";
export { evaluateLatents, type LatentEvaluation } from "./evaluate/latents.ts";
export type { CurvePoint, ImportanceSampling } from "./evaluate/likelihood.ts";
export { comparePca, type PcaBaseline } from "./evaluate/pca.ts";
export type { LongWork } from "./evaluate/row-function.ts";
export type { ModelConfig } from "./models/config.ts";
export type { Hyperparameters, HyperparametersInput } from "./models/hyperparameters.ts";
export type {
  Architecture,
  ConvolutionalArchitecture,
  DenseArchitecture,
  LayeredArchitecture,
} from "./models/sizes.ts";
export { describe, type LayerSummary, layersOf } from "./models/summary.ts";
export type { Weights } from "./models/weights.ts";
export type { ActivationName } from "./nn/activations.ts";
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
} from "./nn/layers/words.ts";
export type { Layer } from "./nn/layers.ts";
export type { Runtime } from "./runtime/session.ts";
export type { Checkpoint } from "./train/checkpoint.ts";
export { chooseLikelihood, type LikelihoodChoice } from "./train/choose-likelihood.ts";
export type { LossMeans, TrainingEvent } from "./train/events.ts";
export type { TrainingSettings, TrainingSettingsInput } from "./train/settings.ts";
export type { SamplingOptions, Scores } from "./vae/evaluation.ts";
export type { Examples, LatentPoints } from "./vae/examples.ts";
export type { Imputation, ImputeOptions } from "./vae/imputing.ts";
export type { PriorSampling } from "./vae/sampling.ts";
export type { DecodedRows, ModelUnits } from "./vae/state.ts";
export type { TrainingResult, TrainOptions } from "./vae/training.ts";
export { type DecodedAs, type DecodeOptions, VAE, type VaeOptions } from "./vae/vae.ts";
