import { ConfigError, type NumericalError } from "../common/errors.ts";
import { Batches } from "../data/batches.ts";
import { MOST_BYTES } from "../kernels/arena.ts";
import { createKernels, type Kernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";
import { teamSize } from "../kernels/team.ts";
import { valueAt } from "../models/schedules.ts";
import { requireLayout, type Weights, weightsLayout } from "../models/weights.ts";
import { emitModel } from "../onnx/emit.ts";
import type { Binding, Session, TensorBuffers } from "../runtime/session.ts";
import type { Helper } from "../threads/helper.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { diagnose } from "./diagnose.ts";
import { isFiniteLoss, type LossMeans, lossMeans } from "./events.ts";
import { optimizers } from "./optimizer.ts";
import { learningRateAt } from "./schedule.ts";
import type { Step, StepOptions } from "./step.ts";
import { stepGraph } from "./step-graph.ts";
import { allocateStep, type StepMemory, stepBytes } from "./step-memory.ts";
import type { TrainingGraph } from "./training-graph.ts";

/**
 * The step on the CPU, over fixed memory: batch and noise are written where the session reads them, gradients where the
 * optimizer reads them, and the parameters change in place.
 */
export class CpuStep implements Step {
  readonly batches: Batches;
  /** Of the whole batch, or of each half of it. */
  readonly description: TrainingGraph;
  private readonly options: StepOptions;
  private readonly kernels: Kernels;
  private readonly memory: StepMemory;
  private readonly session: Session;
  private readonly binding: Binding;
  private readonly helpers: readonly Helper[];

  static async create(options: StepOptions): Promise<CpuStep> {
    const { model, hyperparameters, settings, data, runtime } = options;
    const layout = weightsLayout(model);
    const graph = stepGraph(model, hyperparameters, layout, runtime.partsAtOnce);
    const bytes = stepBytes(options, graph, layout);
    if (bytes > MOST_BYTES)
      throw new ConfigError(
        `to train this model takes ${(bytes / 1e9).toFixed(1)} GB for its parameters, gradients, moments and a batch; at most ${(MOST_BYTES / 1e9).toFixed(1)} GB can be used: make layers or the batch smaller`,
      );
    const { isShared } = optimizers[hyperparameters.optimizer.type];
    const threads = Math.max(graph.parts, isShared ? teamSize(layout.parameters.decayLength) : 1);
    const helpers = await runtime.startHelpers(threads - 1);
    let session: Session | undefined;
    try {
      session = await runtime.createSession(emitModel(graph.description.graph, { name: "training step" }), {
        parts: graph.parts,
        helpers,
      });
      const kernels = await createKernels({ bytes, helpers });
      const memory = allocateStep(options, graph, layout, session.inputNames, kernels);
      const { batchSize, binarize } = hyperparameters;
      const batches = new Batches(data, { batchSize, binarize, seed: settings.seed }, kernels);
      return new CpuStep(options, graph.description, { kernels, memory, batches, session, helpers });
    } catch (error) {
      await session?.dispose();
      await endAll(helpers);
      throw error;
    }
  }

  private constructor(
    options: StepOptions,
    description: TrainingGraph,
    parts: {
      kernels: Kernels;
      memory: StepMemory;
      batches: Batches;
      session: Session;
      helpers: readonly Helper[];
    },
  ) {
    this.options = options;
    this.description = description;
    this.kernels = parts.kernels;
    this.memory = parts.memory;
    this.batches = parts.batches;
    this.session = parts.session;
    this.helpers = parts.helpers;
    this.binding = parts.session.bindTogether(parts.memory.bound);
  }

  /** Views of the live memory: they change with every step. */
  get weights(): Weights {
    return this.memory.weights;
  }

  get moments(): readonly Float32Array[] {
    return this.memory.moments;
  }

  /** What the session reads for each part of the batch, by input name. */
  get inputs(): readonly TensorBuffers[] {
    return this.memory.bound.map(({ inputs }) => inputs);
  }

  async read(): Promise<void> {}

  async run(iteration: number): Promise<LossMeans> {
    const { hyperparameters, settings } = this.options;
    const { batchSize } = hyperparameters;
    this.fillInputs(iteration);
    await this.binding.run();

    const { weights, gradients, moments, losses, nextStates } = this.memory;
    const meanOf = (name: string) => losses.reduce((sum, part) => sum + part[name]![0]!, 0) / batchSize;
    const means = lossMeans({
      reconstruction: meanOf("reconstruction"),
      kl: meanOf("kl"),
      ...(losses[0]!.bound && { bound: meanOf("bound") }),
      ...this.named("penalties", /^penalty\//, meanOf),
      ...this.named("measures", /^measure\//, (name) => meanOf(name) * (batchSize / losses.length)),
    });
    if (!isFiniteLoss(means)) return means;
    weights.states.set(nextStates);
    optimizers[hyperparameters.optimizer.type].update(
      this.kernels,
      {
        parameters: weights.parameters,
        gradients: gradients[0]!,
        otherGradients: gradients[1],
        moments,
      },
      {
        iteration,
        learningRate: learningRateAt(iteration, hyperparameters, settings),
        gradientScale: 1 / batchSize,
        decayLength: weights.layout.parameters.decayLength,
      },
      hyperparameters,
    );
    return means;
  }

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
        `the checkpoint has ${moments.length} moments: ${this.options.hyperparameters.optimizer.type} needs ${this.moments.length}, as long as the parameters`,
      );
    for (const [index, moment] of moments.entries()) this.moments[index]!.set(moment);
  }

  /** Least and greatest value of the training data. */
  get dataRange(): readonly [number, number] {
    return this.options.data.schema.range;
  }

  get mayMiss(): boolean {
    return this.options.model.missing !== undefined;
  }

  isHealthy(): boolean {
    const { parameters, states } = this.weights;
    return [parameters, states].every((values) => this.kernels.firstNonFinite(values) === -1);
  }

  diagnose(iteration: number, isUntrained: boolean): Promise<NumericalError> {
    return diagnose(this.options.runtime, this, iteration, isUntrained);
  }

  async dispose(): Promise<void> {
    this.binding.dispose();
    await this.session.dispose();
    await endAll(this.helpers);
  }

  /** The numbers whose outputs begin in one way, by the names that follow. */
  private named(
    kind: "penalties" | "measures",
    prefix: RegExp,
    meanOf: (output: string) => number,
  ): Pick<LossMeans, typeof kind> {
    const outputs = Object.keys(this.memory.losses[0]!).filter((name) => prefix.test(name));
    if (outputs.length === 0) return {};
    return { [kind]: Object.fromEntries(outputs.map((name) => [name.replace(prefix, ""), meanOf(name)])) };
  }

  private fillInputs(iteration: number): void {
    const { settings } = this.options;
    const { x, y, scheduled, noises } = this.memory;
    this.batches.fill(x, iteration);
    if (y.length > 0) this.batches.fillConditions(y, iteration);
    for (const name of ["beta", "capacity"] as const)
      scheduled[name][0] = valueAt(this.description.schedules[name], iteration, settings.maxIterations);
    for (const [index, noise] of this.description.noises.entries()) {
      const out = noises[index]!;
      const key = { seed: settings.seed, stream: STREAMS.noise + index, step: iteration };
      if (noise.distribution === "normal") this.kernels.normal(out, key);
      else this.kernels.dropoutMask(out, key, noise.keepProbability);
    }
  }
}

async function endAll(helpers: readonly Helper[]): Promise<void> {
  await Promise.all(helpers.map((helper) => helper.end()));
}
