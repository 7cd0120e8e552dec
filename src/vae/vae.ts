import { ConfigError, NumericalError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import type { Dataset } from "../data/dataset.ts";
import { drawnRows, likeliestRows } from "../evaluate/decoded-rows.ts";
import type { ElboDetails } from "../evaluate/evaluation.ts";
import type { ImportanceSampling } from "../evaluate/likelihood.ts";
import type { LongWork } from "../evaluate/row-function.ts";
import { modelOf } from "../models/build.ts";
import type { ModelConfig } from "../models/config.ts";
import {
  type Hyperparameters,
  type HyperparametersInput,
  hyperparameters as hyperparametersSchema,
} from "../models/hyperparameters.ts";
import { refuseIdleSettings } from "../models/idle-settings.ts";
import {
  type Architecture,
  type CompleteArchitecture,
  completeArchitecture,
  inputSizeOf,
} from "../models/sizes.ts";
import { requireLayout, type Weights, weightsLayout } from "../models/weights.ts";
import type { Origin } from "../run/saved.ts";
import type { Runtime } from "../runtime/session.ts";
import { type LossMeans, lossMeans, type TrainingEvent } from "../train/events.ts";
import { requireTrainable } from "../train/require-trainable.ts";
import {
  evaluateElbo,
  type SamplingOptions,
  type Scores,
  sampleImportance,
  scoreExamples,
  type TrainedModel,
} from "./evaluation.ts";
import { datasetOf, type Examples, type LatentPoints, pointsOf } from "./examples.ts";
import { VaeFunctions } from "./functions.ts";
import { type PriorSampling, priorPoints } from "./sampling.ts";
import { type TrainingResult, type TrainOptions, trainModel } from "./training.ts";

export interface VaeOptions {
  /** Shape of one example, such as [28, 28, 1]; default: that of the first data it is trained on. */
  readonly inputShape?: readonly number[];
  /** The networks, where they are not those that architecture and hyperparameters describe. */
  readonly model?: ModelConfig;
  /** The engine; default: ONNX Runtime in Node. */
  readonly runtime?: Runtime;
}

/** A variational autoencoder (Kingma & Welling 2014): made from an architecture and hyperparameters, then trained. */
export class VAE {
  readonly architecture: CompleteArchitecture;
  readonly hyperparameters: Hyperparameters;
  private readonly runtimeGiven: Runtime | undefined;
  private modelConfig: ModelConfig;
  private shapeIsKnown: boolean;
  private live: Weights | undefined;
  private functions: VaeFunctions | undefined;
  private origin: Origin | undefined;
  private isTraining = false;

  /**
   * @param architecture sizes of the layers from the data to the latent space, a convolutional network, or layers
   * @throws {ConfigError} when a size, layer or setting is not what it must be, or a setting has no effect
   */
  constructor(
    architecture: Architecture,
    hyperparameters: HyperparametersInput = {},
    options: VaeOptions = {},
  ) {
    this.architecture = completeArchitecture(architecture);
    this.hyperparameters = parseSettings(hyperparametersSchema, hyperparameters);
    // A model that is there already was made with its settings as they are.
    if (!options.model) refuseIdleSettings(this.hyperparameters);
    this.modelConfig = options.model ?? modelOf(architecture, this.hyperparameters, options.inputShape);
    this.shapeIsKnown =
      options.model !== undefined || options.inputShape !== undefined || "latent" in architecture;
    this.runtimeGiven = options.runtime;
  }

  /** Opens a model saved by {@link save} or trained by the command line. Node only. */
  static async load(directory: string, options: Pick<VaeOptions, "runtime"> = {}): Promise<VAE> {
    const { loadVae } = await import("../run/saved.ts");
    return loadVae(directory, options);
  }

  get model(): ModelConfig {
    return this.modelConfig;
  }

  /** Weights as they are now; while training they change under the reader's eyes. Undefined before training. */
  get weights(): Weights | undefined {
    return this.live;
  }

  /** Takes over weights. @throws {ConfigError} when they are not of this model's layout */
  setWeights(weights: Weights): void {
    requireLayout(weights, weightsLayout(this.model));
    this.live = weights;
    this.origin = undefined;
  }

  /** Takes over the weights of a run, and what is known of how they came about. */
  adopt(weights: Weights, origin: Origin): void {
    this.setWeights(weights);
    this.origin = origin;
  }

  /**
   * Trains on examples. Called again, it begins with the weights it has, and everything else anew: moments, schedules
   * and noise, so give another seed. @see {@link trainingEvents}
   */
  async train(examples: Examples, options: TrainOptions = {}): Promise<TrainingResult> {
    let last: LossMeans = { elbo: Number.NaN, reconstruction: Number.NaN, kl: Number.NaN };
    let end: Extract<TrainingEvent, { type: "end" }> | undefined;
    for await (const event of this.trainingEvents(examples, options)) {
      options.onEvent?.(event);
      if (event.type === "iteration") last = event;
      if (event.type === "end") end = event;
    }
    return { ...lossMeans(last), iterations: end!.iteration, reason: end!.reason };
  }

  /**
   * Trains, event by event. Leaving the loop stops the training with the weights of that moment; an aborted signal
   * stops it as its end does, with the best weights where `patience` keeps them. A training that diverges leaves the
   * model as it was.
   * @throws {ConfigError} when the data do not fit the architecture, settings contradict each other, or a training of
   *   this model is under way
   * @throws {DataError} when values lie outside the likelihood's support
   * @throws {NumericalError} when the loss is no longer finite
   */
  async *trainingEvents(
    examples: Examples,
    options: TrainOptions = {},
  ): AsyncGenerator<TrainingEvent, void, void> {
    const { validation, onEvent: _, ...wanted } = options;
    const { model, shapeIsKnown, hyperparameters, live: weights } = this;
    const before = { model, shapeIsKnown, live: weights, origin: this.origin };
    const data = this.dataset(examples);
    const trainee = {
      model,
      shapeIsKnown,
      hyperparameters,
      weights,
      data,
      validation: validation && this.dataset(validation, data.divisor),
      engine: () => this.engine(),
    };
    if (this.isTraining)
      throw new ConfigError("this model is being trained already: wait for that training to end");
    this.isTraining = true;
    let trained: Weights | undefined;
    try {
      yield* trainModel(trainee, wanted, (progress) => {
        this.modelConfig = progress.model;
        this.shapeIsKnown = true;
        // Not by `adopt`, which traces the model to check the weights: that takes a fortieth of an iteration.
        this.live = progress.weights;
        this.origin = progress.origin;
        trained = progress.weights;
      });
    } catch (error) {
      if (error instanceof NumericalError) {
        this.modelConfig = before.model;
        this.shapeIsKnown = before.shapeIsKnown;
        this.live = before.live;
        this.origin = before.origin;
      }
      throw error;
    } finally {
      // The step's memory holds much else.
      if (trained && this.live === trained) this.live = copyOf(trained);
      this.isTraining = false;
    }
  }

  /** q(z|x) of each example. @returns mean and ln σ², each [examples, latent] in row-major order */
  async encode(
    examples: Examples,
    work: LongWork = {},
  ): Promise<{ mean: Float32Array; logVariance: Float32Array }> {
    return this.compiled().encode(this.supported(examples), work);
  }

  /** The mean of p(x|z) for each latent point. @param z [points, latent] @returns [points, values], row-major */
  async decode(z: LatentPoints, work: LongWork = {}): Promise<Float32Array> {
    const points = pointsOf(z, this.model.latent);
    return this.compiled().decode(points, work);
  }

  /** Decodes the posterior's mean of each example. @returns [examples, values], row-major */
  async reconstruct(examples: Examples, work: LongWork = {}): Promise<Float32Array> {
    const { mean } = await this.encode(examples, work);
    return this.decode(mean, work);
  }

  /**
   * Decodes draws from the prior: N(0, temperature²) where it is standard normal.
   * @returns [n, values], row-major
   * @throws {ConfigError} when n, temperature or values is not what it must be, or samples do not fit into an array
   */
  async sample(n: number, options: Partial<PriorSampling> & LongWork = {}): Promise<Float32Array> {
    const { seed = 0, temperature = 1, values = "mean", ...work } = options;
    const source = { model: this.model, engine: () => this.engine(), weights: () => this.trained() };
    const points = await priorPoints(source, n, { seed, temperature, values });
    if (values === "mean") return this.decode(points, work);
    const { model } = this;
    const decoding = { runtime: await this.engine(), model, weights: this.trained(), z: points };
    return values === "mode" ? likeliestRows(decoding, work) : drawnRows(decoding, { seed, ...work });
  }

  /** The evidence lower bound on examples, in nats per example. @param options.samples draws of z an example */
  async elbo(examples: Examples, options: SamplingOptions = {}): Promise<ElboDetails> {
    const data = this.supported(examples);
    return evaluateElbo(await this.trainedModel(), data, options);
  }

  /** Importance-sampled ln p(x) of each example, in nats. @see {@link importanceSampling} */
  async logLikelihood(examples: Examples, options: SamplingOptions = {}): Promise<Float64Array> {
    return (await this.importanceSampling(examples, options)).logLikelihood;
  }

  /**
   * The importance-sampled likelihood of examples: values, effective sample sizes, and how the bound grows with k.
   * @param options.samples importance samples k
   * @throws {ConfigError} for a deterministic autoencoder, which has no likelihood
   */
  async importanceSampling(examples: Examples, options: SamplingOptions = {}): Promise<ImportanceSampling> {
    const data = this.supported(examples);
    return sampleImportance(await this.trainedModel(), data, options);
  }

  /**
   * How well the model accounts for each example, in nats: the lower a `logLikelihood`, the odder the example.
   * @param options.samples importance samples k
   * @throws {ConfigError} for a deterministic autoencoder, which has no likelihood
   */
  async score(examples: Examples, options: SamplingOptions = {}): Promise<Scores> {
    const data = this.supported(examples);
    return scoreExamples(await this.trainedModel(), data, options);
  }

  /** Writes the model where {@link load}, the command line and any ONNX tool can read it. Node only. */
  async save(directory: string, options: { force?: boolean } = {}): Promise<void> {
    const weights = this.trained();
    if (!this.origin) throw new ConfigError("these weights were put in by hand: train the model, or load it");
    const { saveVae } = await import("../run/saved.ts");
    await saveVae(this, weights, this.origin, directory, options);
  }

  /** Frees the engine's memory once calls under way are over. The weights stay, and a later call starts the engine again. */
  async dispose(): Promise<void> {
    const { functions } = this;
    this.functions = undefined;
    await functions?.dispose();
  }

  /** The engine it runs on, started if need be. */
  async engine(): Promise<Runtime> {
    return this.runtimeGiven ?? (await import("../runtime/node.ts")).nodeRuntime();
  }

  private trained(): Weights {
    if (!this.live)
      throw new ConfigError("this model has no weights yet: train it, or load one with VAE.load");
    return this.live;
  }

  private compiled(): VaeFunctions {
    const weights = this.trained();
    if (this.functions?.weights !== weights) {
      void this.functions?.dispose();
      this.functions = new VaeFunctions(() => this.engine(), this.model, weights);
    }
    return this.functions;
  }

  private async trainedModel(): Promise<TrainedModel> {
    const { model, hyperparameters } = this;
    return { runtime: await this.engine(), model, weights: this.trained(), hyperparameters };
  }

  /** Examples that the model can be judged on: bytes mean what they meant in its training. */
  private supported(examples: Examples): Dataset {
    const { origin } = this;
    const divisor = origin && ("config" in origin ? origin.config.data.scale : origin.train.divisor);
    const data = this.dataset(examples, divisor);
    requireTrainable(data, this.model.likelihood, this.hyperparameters);
    return data;
  }

  private dataset(examples: Examples, byteDivisor?: number): Dataset {
    const shape = this.shapeIsKnown ? this.model.inputShape : [inputSizeOf(this.architecture)];
    return datasetOf(examples, shape, { byteDivisor, isSettled: this.live !== undefined });
  }
}

function copyOf({ layout, parameters, states }: Weights): Weights {
  return { layout, parameters: parameters.slice(), states: states.slice() };
}
