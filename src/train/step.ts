import { Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { ConfigError } from "../errors.ts";
import { sizeOf } from "../graph/node.ts";
import { arenaBytes } from "../kernels/arena.ts";
import { createKernels, type Kernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";
import { teamSize } from "../kernels/team.ts";
import type { ModelConfig } from "../models/config.ts";
import { requireLayout, type Weights, weightsLayout } from "../models/weights.ts";
import { namedTensors } from "../nn/parameters.ts";
import { emitModel } from "../onnx/emit.ts";
import type { Binding, Runtime, Session, TensorBuffer } from "../runtime/session.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { boundOf, type LossMeans, lossMeans } from "./events.ts";
import { objectiveOf } from "./objective.ts";
import { optimizers } from "./optimizer.ts";
import { betaAt, capacityAt, learningRateAt } from "./schedule.ts";
import type { Hyperparameters, TrainingSettings } from "./settings.ts";
import { type TrainingGraph, trainingGraph } from "./training-graph.ts";

export interface StepOptions {
  readonly model: ModelConfig;
  readonly hyperparameters: Hyperparameters;
  readonly settings: TrainingSettings;
  readonly data: Dataset;
  readonly runtime: Runtime;
}

/**
 * One training step over fixed memory: batch and noise are written where the session reads them, gradients where the
 * optimizer reads them, and the parameters change in place.
 */
export class TrainingStep {
  /** Views of the live memory: they change with every step. */
  readonly weights: Weights;
  readonly moments: readonly Float32Array[];
  readonly batches: Batches;
  readonly description: TrainingGraph;
  /** What the session reads, by input name. */
  readonly inputs: Readonly<Record<string, TensorBuffer>>;
  private readonly options: StepOptions;
  private readonly kernels: Kernels;
  private readonly gradients: Float32Array;
  private readonly nextStates: Float32Array;
  private readonly reconstruction: Float32Array;
  private readonly kl: Float32Array;
  private readonly bound: Float32Array | undefined;
  private readonly session: Session;
  private readonly binding: Binding;

  static async create(options: StepOptions): Promise<TrainingStep> {
    const description = trainingGraph(
      options.model,
      objectiveOf(options.hyperparameters),
      options.hyperparameters,
    );
    const session = await options.runtime.createSession(
      emitModel(description.graph, { name: "training step" }),
    );
    const bytes = arenaBytes(memoryOf(options, description));
    const { decayLength } = weightsLayout(options.model).parameters;
    const { isShared } = optimizers[options.hyperparameters.optimizer];
    const threads = isShared && options.runtime.inPlace ? teamSize(session.threads, decayLength) : 1;
    const kernels = await createKernels({ bytes, threads });
    return new TrainingStep(options, description, session, kernels);
  }

  private constructor(options: StepOptions, description: TrainingGraph, session: Session, kernels: Kernels) {
    this.options = options;
    this.description = description;
    this.session = session;
    this.kernels = kernels;
    const { model, hyperparameters, settings, data } = options;
    const layout = weightsLayout(model);
    const allocate = (length: number) => kernels.allocateFloat32(length);
    const buffer = (shape: readonly number[]): TensorBuffer & { data: Float32Array } => {
      return { type: "float32", shape, data: allocate(sizeOf(shape)) };
    };

    this.weights = {
      layout,
      parameters: allocate(layout.parameters.length),
      states: allocate(layout.states.length),
    };
    this.gradients = allocate(layout.parameters.length);
    this.nextStates = allocate(layout.states.length);
    const { momentCount } = optimizers[hyperparameters.optimizer];
    this.moments = Array.from({ length: momentCount }, () => allocate(layout.parameters.length));
    this.batches = new Batches(data, batchOptions(hyperparameters, settings), kernels);

    const x = buffer([hyperparameters.batchSize, sizeOf(model.inputShape)]);
    const noises = description.noises.map(({ name, shape }) => [name, buffer(shape)] as const);
    const hasBound = "bound" in description.graph.outputs;
    const losses = { reconstruction: buffer([]), kl: buffer([]), ...(hasBound && { bound: buffer([]) }) };
    this.reconstruction = losses.reconstruction.data;
    this.kl = losses.kl.data;
    this.bound = losses.bound?.data;
    const available: Record<string, TensorBuffer> = {
      x,
      beta: buffer([]),
      capacity: buffer([]),
      ...Object.fromEntries(noises),
      ...namedTensors(layout.parameters, this.weights.parameters),
      ...namedTensors(layout.states, this.weights.states),
    };
    this.inputs = Object.fromEntries(session.inputNames.map((name) => [name, available[name]!]));
    this.binding = session.bind(this.inputs, {
      ...losses,
      ...namedTensors(layout.parameters, this.gradients, "gradient/"),
      ...namedTensors(layout.states, this.nextStates, "next/"),
    });
  }

  /**
   * Forward, backward and update.
   * @param iteration counted from 1: it decides batch, noise and schedules
   * @returns means over the batch, before the update; when they are not finite, nothing was updated
   */
  async run(iteration: number): Promise<LossMeans> {
    const { hyperparameters, settings } = this.options;
    const { batchSize } = hyperparameters;
    this.fillInputs(iteration);
    await this.binding.run();

    const means = lossMeans({
      reconstruction: this.reconstruction[0]! / batchSize,
      kl: this.kl[0]! / batchSize,
      ...(this.bound && { bound: this.bound[0]! / batchSize }),
    });
    if (!Number.isFinite(boundOf(means))) return means;
    this.weights.states.set(this.nextStates);
    optimizers[hyperparameters.optimizer].update(
      this.kernels,
      { parameters: this.weights.parameters, gradients: this.gradients, moments: this.moments },
      {
        iteration,
        learningRate: learningRateAt(iteration, hyperparameters, settings),
        gradientScale: 1 / batchSize,
        decayLength: this.weights.layout.parameters.decayLength,
      },
      hyperparameters,
    );
    return means;
  }

  /**
   * Begins with these weights and, when going on, with these moments.
   * @throws {ConfigError} when they are not of this model and optimizer
   */
  load({
    parameters,
    states,
    moments,
  }: Pick<Weights, "parameters" | "states"> & Partial<Pick<Checkpoint, "moments">>): void {
    requireLayout({ layout: this.weights.layout, parameters, states }, this.weights.layout);
    this.weights.parameters.set(parameters);
    this.weights.states.set(states);
    if (!moments) return;
    const fits =
      moments.length === this.moments.length && moments.every(({ length }) => length === parameters.length);
    if (!fits)
      throw new ConfigError(
        `the checkpoint has ${moments.length} moments: ${this.options.hyperparameters.optimizer} needs ${this.moments.length}, as long as the parameters`,
      );
    for (const [index, moment] of moments.entries()) this.moments[index]!.set(moment);
  }

  /** Least and greatest value of the training data. */
  get dataRange(): readonly [number, number] {
    return this.options.data.schema.range;
  }

  /** Whether all parameters and statistics are finite. */
  isHealthy(): boolean {
    const { parameters, states } = this.weights;
    return [parameters, states].every((values) => this.kernels.firstNonFinite(values) === -1);
  }

  async dispose(): Promise<void> {
    this.binding.dispose();
    await this.kernels.dispose();
    await this.session.dispose();
  }

  private fillInputs(iteration: number): void {
    const { hyperparameters, settings } = this.options;
    this.batches.fill(this.inputs.x!.data as Float32Array, iteration);
    const { beta, capacity } = this.inputs;
    if (beta) beta.data[0] = betaAt(iteration, hyperparameters, settings);
    if (capacity) capacity.data[0] = capacityAt(iteration, hyperparameters);
    for (const [index, noise] of this.description.noises.entries()) {
      const out = this.inputs[noise.name]!.data as Float32Array;
      const key = { seed: settings.seed, stream: STREAMS.noise + index, step: iteration };
      if (noise.distribution === "normal") this.kernels.normal(out, key);
      else this.kernels.dropoutMask(out, key, noise.keepProbability);
    }
  }
}

function batchOptions({ batchSize, binarize }: Hyperparameters, { seed }: TrainingSettings) {
  return { batchSize, binarize, seed };
}

/** Everything the constructor allocates. */
function memoryOf({ model, hyperparameters, settings, data }: StepOptions, { noises }: TrainingGraph) {
  const { parameters, states } = weightsLayout(model);
  const flat = 2 + optimizers[hyperparameters.optimizer].momentCount;
  return {
    float32: [
      ...Array<number>(flat).fill(parameters.length),
      ...[states.length, states.length],
      hyperparameters.batchSize * sizeOf(model.inputShape),
      ...noises.map(({ shape }) => sizeOf(shape)),
      ...[1, 1, 1, 1, 1],
    ],
    uint8: [Batches.stagingLength(data, batchOptions(hyperparameters, settings))],
  };
}
