import { ConfigError, NumericalError } from "../common/errors.ts";
import { parseSettings, positiveInteger } from "../common/settings.ts";
import type { Dataset } from "../data/dataset.ts";
import { withPreprocess } from "../data/preprocess.ts";
import { drawnRows, likeliestRows } from "../evaluate/decoded-rows.ts";
import type { ElboDetails } from "../evaluate/evaluation.ts";
import { conditionsOf, type Given } from "../evaluate/given.ts";
import type { KeptFunctions } from "../evaluate/kept-functions.ts";
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
import type { RunConfig } from "../run/config.ts";
import type { CheckpointName } from "../run/saved-model.ts";
import type { Runtime } from "../runtime/session.ts";
import { type LossMeans, lossMeans, type TrainingEvent } from "../train/events.ts";
import { requireConditions } from "../train/fit-to-data.ts";
import { prepared } from "../train/prepared.ts";
import { requireTrainable } from "../train/require-trainable.ts";
import { CurrentFunctions } from "./current-functions.ts";
import {
  evaluateElbo,
  type SamplingOptions,
  type Scores,
  sampleImportance,
  scoreExamples,
} from "./evaluation.ts";
import { datasetOf, type Examples, type LatentPoints, pointsOf } from "./examples.ts";
import { decodePoints, encodeExamples } from "./functions.ts";
import { type Imputation, type ImputeOptions, imputeExamples } from "./imputing.ts";
import { platform } from "./platform.ts";
import { type PriorSampling, priorPoints } from "./sampling.ts";
import {
  byteDivisorOf,
  type DecodedRows,
  inUnits,
  type ModelUnits,
  preprocessOf,
  type State,
} from "./state.ts";
import { type TrainingResult, type TrainOptions, trainModel } from "./training.ts";
import { checkDirectory, checkOptions } from "./verb-options.ts";

/** What decoding may be told. */
export interface DecodeOptions extends LongWork {
  /** The condition of the points, for models that have one: `{ label: 7 }`, or `{ labels }` of each. */
  readonly given?: Given;
}

/** What is told of p(x|z). */
export interface DecodedAs {
  /** Its mean, or its most likely value, which of counts and categories is one that occurs; default mean. */
  readonly values?: "mean" | "mode" | undefined;
}

/** What a model may be made with beside architecture and hyperparameters. */
export interface VaeOptions {
  /** Shape of one example, such as [28, 28, 1]; default: that of the first data it is trained on. */
  readonly inputShape?: readonly number[];
  /** The networks, where they are not those that architecture and hyperparameters describe. */
  readonly model?: ModelConfig;
  /** Weights to begin with; without them, `train` draws new ones. */
  readonly weights?: Weights;
  /** The engine; default: that of `vaekit/node` or `vaekit/web`, whichever is imported. */
  readonly runtime?: Runtime;
}

/** A variational autoencoder (Kingma & Welling 2014): made from an architecture and hyperparameters, then trained. */
export class VAE {
  /** Sizes or layers, with all defaults. */
  readonly architecture: CompleteArchitecture;
  private readonly asked: Hyperparameters;
  private readonly batchIsGiven: boolean;
  private readonly runtimeGiven: Runtime | undefined;
  private state: State;
  private readonly functions = new CurrentFunctions(() => this.engine());
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
    checkOptions("new VAE", options);
    this.architecture = completeArchitecture(architecture);
    this.asked = parseSettings(hyperparametersSchema, hyperparameters);
    // An existing model was made with settings that are already checked.
    if (!options.model) refuseIdleSettings(this.asked, this.architecture);
    this.batchIsGiven = options.model === undefined && hyperparameters.batchSize !== undefined;
    const model = options.model ?? modelOf(architecture, this.asked, options.inputShape);
    const { weights } = options;
    if (weights) requireLayout(weights, weightsLayout(model));
    this.state = {
      model,
      hyperparameters: this.asked,
      shapeIsKnown:
        options.model !== undefined || options.inputShape !== undefined || "latent" in architecture,
      ...(weights && { weights }),
    };
    this.runtimeGiven = options.runtime;
  }

  /**
   * Opens a model saved by {@link save} or trained by the command line.
   * @param options.checkpoint of the run, instead of its model: the best weights on the validation data (kept where
   *   `patience` was asked for), the last, or those of an iteration
   * @throws {RunError} when there is none
   */
  static async load(
    directory: string,
    options: Pick<VaeOptions, "runtime"> & { readonly checkpoint?: CheckpointName | undefined } = {},
  ): Promise<VAE> {
    checkDirectory(directory);
    checkOptions("load", options);
    const { checkpoint, ...others } = options;
    const { config, weights, iteration } = await platform().load(directory, { checkpoint });
    const vae = VAE.from(config, { weights, ...others });
    vae.state = { ...vae.state, origin: { config, iteration } };
    return vae;
  }

  /** The model that the configuration of a run describes. */
  static from(
    { architecture, hyperparameters, model }: Pick<RunConfig, "architecture" | "hyperparameters" | "model">,
    options: Pick<VaeOptions, "runtime" | "weights"> = {},
  ): VAE {
    return new VAE(architecture, hyperparameters, { model, ...options });
  }

  /** All of them. A batch that was not asked for is as large as the data where these are fewer than 128 rows. */
  get hyperparameters(): Hyperparameters {
    return this.state.hyperparameters;
  }

  /** The networks and distributions, as data. */
  get model(): ModelConfig {
    return this.state.model;
  }

  /** The iteration whose weights these are; undefined before training, and for weights put in by hand. */
  get iteration(): number | undefined {
    return this.state.origin?.iteration;
  }

  /**
   * The current weights; training changes them in place. Read only: compiled functions hold copies.
   * Undefined before training.
   */
  get weights(): Weights | undefined {
    return this.state.weights;
  }

  /**
   * Trains on examples. Called again, it keeps the current weights and resets everything else: moments, schedules
   * and noise, so give another seed. @see {@link trainingEvents}
   */
  async train(examples: Examples, options: TrainOptions = {}): Promise<TrainingResult> {
    checkOptions("train", options);
    let last: LossMeans | undefined;
    let end: Extract<TrainingEvent, { type: "end" }> | undefined;
    for await (const event of this.trainingEvents(examples, options)) {
      options.onEvent?.(event);
      if (event.type === "iteration") last = event;
      if (event.type === "end") end = event;
    }
    return { ...(last && lossMeans(last)), iterations: end!.iteration, reason: end!.reason };
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
    checkOptions("train", options);
    const { validation, onEvent: _, ...wanted } = options;
    const before = this.state;
    const { model, shapeIsKnown, weights } = before;
    const data = prepared(withPreprocess(this.dataset(examples), preprocessOf(this.state)), model.likelihood);
    const trainee = {
      model,
      shapeIsKnown,
      hyperparameters: this.asked,
      batchIsGiven: this.batchIsGiven,
      weights,
      data,
      validation:
        validation === undefined
          ? undefined
          : withPreprocess(this.dataset(validation, data.divisor), data.preprocess),
      engine: () => this.engine(),
    };
    if (this.isTraining)
      throw new ConfigError("this model is being trained already: wait for that training to end");
    this.isTraining = true;
    let trained: Weights | undefined;
    try {
      yield* trainModel(trainee, wanted, (progress) => {
        this.state = { ...progress, shapeIsKnown: true };
        trained = progress.weights;
      });
    } catch (error) {
      if (error instanceof NumericalError) this.state = before;
      throw error;
    } finally {
      // The step's memory holds much else.
      if (trained && this.state.weights === trained) this.state = { ...this.state, weights: copyOf(trained) };
      this.isTraining = false;
    }
  }

  /** q(z|x) of each example. @returns mean and ln σ², each [examples, latent] in row-major order */
  async encode(
    examples: Examples,
    work: LongWork = {},
  ): Promise<{ mean: Float32Array; logVariance: Float32Array }> {
    checkOptions("encode", work);
    const data = this.supported(examples);
    return this.withFunctions((functions, model) => encodeExamples(functions, model, data, work));
  }

  /**
   * The mean of p(x|z) for each latent point, or its mode.
   * @param z [points, latent]
   * @returns [points, values], row-major; in double precision where the data were centred or standardised for training
   */
  async decode(z: LatentPoints, options: DecodeOptions & DecodedAs & ModelUnits): Promise<Float32Array>;
  async decode(
    z: LatentPoints,
    options?: DecodeOptions & DecodedAs & Partial<ModelUnits>,
  ): Promise<DecodedRows>;
  async decode(
    z: LatentPoints,
    options: DecodeOptions & DecodedAs & Partial<ModelUnits> = {},
  ): Promise<DecodedRows> {
    checkOptions("decode", options);
    const { given, units, values, ...work } = options;
    const { latent } = this.model;
    const points = pointsOf(z, latent);
    this.trained();
    const y = conditionsOf(this.model, points.length / latent, given);
    const rows = await this.withFunctions((functions, model) =>
      values === "mode"
        ? likeliestRows({ functions, model, z: points, y }, work)
        : decodePoints(functions, model, points, y, work),
    );
    return inUnits(rows, this.state, units);
  }

  /** Decodes the posterior's mean of each example. @returns [examples, values], row-major, as {@link decode} does */
  async reconstruct(examples: Examples, work: LongWork & DecodedAs & ModelUnits): Promise<Float32Array>;
  async reconstruct(
    examples: Examples,
    work?: LongWork & DecodedAs & Partial<ModelUnits>,
  ): Promise<DecodedRows>;
  async reconstruct(
    examples: Examples,
    options: LongWork & DecodedAs & Partial<ModelUnits> = {},
  ): Promise<DecodedRows> {
    checkOptions("reconstruct", options);
    const { units, values, ...work } = options;
    const data = this.supported(examples);
    const { mean } = await this.encode(data, work);
    const given = this.model.condition && { labels: data.labels! };
    return this.decode(mean, { ...work, values, ...(given && { given }), ...(units && { units }) });
  }

  /**
   * Decodes draws from the prior: N(0, temperature²) where it is standard normal.
   * @returns [n, values], row-major, as {@link decode} does
   * @throws {ConfigError} when n, temperature or values is not what it must be, or samples do not fit into an array
   */
  async sample(
    n: number,
    options: Partial<PriorSampling> & DecodeOptions & ModelUnits,
  ): Promise<Float32Array>;
  async sample(
    n: number,
    options?: Partial<PriorSampling> & DecodeOptions & Partial<ModelUnits>,
  ): Promise<DecodedRows>;
  async sample(
    n: number,
    options: Partial<PriorSampling> & DecodeOptions & Partial<ModelUnits> = {},
  ): Promise<DecodedRows> {
    checkOptions("sample", options);
    const { seed = 0, temperature = 1, values = "mean", given, units, ...work } = options;
    parseSettings(positiveInteger, n, "n");
    this.trained();
    const y = conditionsOf(this.model, n, given);
    const source = { model: this.model, engine: () => this.engine(), weights: () => this.trained() };
    const points = await priorPoints(source, n, { seed, temperature, values }, y);
    const rows = await this.withFunctions((functions, model) => {
      if (values === "mean") return decodePoints(functions, model, points, y, work);
      const decoding = { functions, model, z: points, y };
      return values === "mode" ? likeliestRows(decoding, work) : drawnRows(decoding, { seed, ...work });
    });
    return inUnits(rows, this.state, units);
  }

  /** The evidence lower bound on examples, in nats per example. @param options.samples draws of z an example */
  async elbo(examples: Examples, options: SamplingOptions = {}): Promise<ElboDetails> {
    checkOptions("elbo", options);
    const data = this.supported(examples);
    return this.withFunctions((functions, model) =>
      evaluateElbo({ functions, model, hyperparameters: this.hyperparameters }, data, options),
    );
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
    checkOptions("importanceSampling", options);
    const data = this.supported(examples);
    return this.withFunctions((functions, model) =>
      sampleImportance({ functions, model, hyperparameters: this.hyperparameters }, data, options),
    );
  }

  /**
   * How well the model accounts for each example, in nats: the lower a `logLikelihood`, the less typical the example.
   * @param options.samples importance samples k
   * @throws {ConfigError} for a deterministic autoencoder, which has no likelihood
   */
  async score(examples: Examples, options: SamplingOptions = {}): Promise<Scores> {
    checkOptions("score", options);
    const data = this.supported(examples);
    return this.withFunctions((functions, model) =>
      scoreExamples({ functions, model, hyperparameters: this.hyperparameters }, data, options),
    );
  }

  /**
   * Imputes the missing values of examples, from what was observed of each.
   * @throws {ConfigError} for a deterministic autoencoder, or an option that is not what it must be
   * @throws {DataError} when values are missing and the model was trained on complete rows
   * @see {@link Imputation}
   */
  async impute(examples: Examples, options: ImputeOptions = {}): Promise<Imputation> {
    checkOptions("impute", options);
    const data = this.supported(examples);
    return this.withFunctions((functions, model) => imputeExamples(functions, model, data, options));
  }

  /** Writes the model where {@link load}, the command line and any ONNX tool can read it. */
  async save(directory: string, options: { force?: boolean } = {}): Promise<void> {
    checkDirectory(directory);
    checkOptions("save", options);
    const weights = this.trained();
    const { model, origin } = this.state;
    if (!origin) throw new ConfigError("these weights were put in by hand: train the model, or load it");
    const { architecture, hyperparameters } = this;
    const described = { architecture, hyperparameters, model, weights, origin };
    await platform().save({ ...described, engine: () => this.engine() }, directory, options);
  }

  /** Frees the engine's memory once calls under way are over. The weights stay, and a later call starts the engine again. */
  async dispose(): Promise<void> {
    await this.functions.dispose();
  }

  /** The engine it runs on, started if need be. @throws {ConfigError} when no engine is given or provided */
  async engine(): Promise<Runtime> {
    return this.runtimeGiven ?? platform().engine();
  }

  private trained(): Weights {
    const { weights } = this.state;
    if (!weights) throw new ConfigError("this model has no weights yet: train it, or load one with VAE.load");
    return weights;
  }

  /** Does work with the compiled functions of the current weights, which are kept for the next call. */
  private async withFunctions<T>(
    work: (functions: KeptFunctions, model: ModelConfig) => Promise<T>,
  ): Promise<T> {
    const { model } = this.state;
    return this.functions.use(this.trained(), this.isTraining, (functions) => work(functions, model));
  }

  /** Examples that the model can be judged on: bytes mean what they meant in its training. */
  private supported(examples: Examples): Dataset {
    const { state } = this;
    const data = withPreprocess(this.dataset(examples, byteDivisorOf(state)), preprocessOf(state));
    const { model, hyperparameters } = this;
    requireTrainable(data, model.likelihood, hyperparameters, { mayMiss: model.missing !== undefined });
    requireConditions(this.model, data);
    return data;
  }

  private dataset(examples: Examples, byteDivisor?: number): Dataset {
    const { shapeIsKnown, model, weights } = this.state;
    const shape = shapeIsKnown ? model.inputShape : [inputSizeOf(this.architecture)];
    const mayMiss = model.missing !== undefined;
    return datasetOf(examples, shape, { byteDivisor, isSettled: weights !== undefined, mayMiss });
  }
}

function copyOf({ layout, parameters, states }: Weights): Weights {
  return { layout, parameters: parameters.slice(), states: states.slice() };
}
