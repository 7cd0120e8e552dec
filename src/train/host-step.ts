import { ConfigError, type NumericalError } from "../common/errors.ts";
import { Batches } from "../data/batches.ts";
import { MOST_BYTES } from "../kernels/arena.ts";
import { createKernels, type Kernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";
import { valueAt } from "../models/schedules.ts";
import { requireLayout, type Weights, type WeightsLayout } from "../models/weights.ts";
import type { TensorBuffers } from "../runtime/session.ts";
import type { Helper } from "../threads/helper.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { diagnose } from "./diagnose.ts";
import { type LossMeans, lossMeans } from "./events.ts";
import type { Step, StepOptions } from "./step.ts";
import type { StepGraph } from "./step-graph.ts";
import { allocateStep, type StepMemory, stepBytes } from "./step-memory.ts";
import type { TrainingGraph } from "./training-graph.ts";

/** The memory of a step, the functions that work on it, and its batches. */
export interface Host {
  readonly kernels: Kernels;
  readonly memory: StepMemory;
  readonly batches: Batches;
}

/** What steps have in common, wherever their graph runs: batch and noise are made in the host's memory. */
export abstract class HostStep implements Step {
  readonly batches: Batches;
  /** Of the whole batch, or of each half of it. */
  readonly description: TrainingGraph;
  protected readonly options: StepOptions;
  protected readonly kernels: Kernels;
  protected readonly memory: StepMemory;

  /** @throws {ConfigError} when the model is too large for one memory */
  protected static checkSize(options: StepOptions, graph: StepGraph, layout: WeightsLayout): void {
    const bytes = stepBytes(options, graph, layout);
    if (bytes > MOST_BYTES)
      throw new ConfigError(
        `to train this model takes ${(bytes / 1e9).toFixed(1)} GB for its parameters, gradients, moments and a batch; at most ${(MOST_BYTES / 1e9).toFixed(1)} GB can be used: make layers or the batch smaller`,
      );
  }

  /** @param inputNames of the engine's session: a graph need not use everything there is */
  protected static async prepare(
    options: StepOptions,
    graph: StepGraph,
    layout: WeightsLayout,
    inputNames: readonly string[],
    helpers: readonly Helper[],
  ): Promise<Host> {
    const { hyperparameters, settings, data } = options;
    const kernels = await createKernels({ bytes: stepBytes(options, graph, layout), helpers });
    const memory = allocateStep(options, graph, layout, inputNames, kernels);
    const { batchSize, binarize } = hyperparameters;
    const batches = new Batches(data, { batchSize, binarize, seed: settings.seed }, kernels);
    return { kernels, memory, batches };
  }

  protected constructor(options: StepOptions, description: TrainingGraph, host: Host) {
    this.options = options;
    this.description = description;
    this.kernels = host.kernels;
    this.memory = host.memory;
    this.batches = host.batches;
  }

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

  /** Least and greatest value of the training data. */
  get dataRange(): readonly [number, number] {
    return this.options.data.schema.range;
  }

  get mayMiss(): boolean {
    return this.options.model.missing !== undefined;
  }

  abstract readonly device: string;
  abstract run(iteration: number): Promise<LossMeans>;
  abstract read(): Promise<void>;
  abstract dispose(): Promise<void>;

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

  isHealthy(): boolean {
    const { parameters, states } = this.weights;
    return [parameters, states].every((values) => this.kernels.firstNonFinite(values) === -1);
  }

  diagnose(iteration: number, isUntrained: boolean): Promise<NumericalError> {
    return diagnose(this.options.runtime, this, iteration, isUntrained);
  }

  /** Of the sums that the session wrote, over the batch. */
  protected lossMeans(): LossMeans {
    const { losses } = this.memory;
    const { batchSize } = this.options.hyperparameters;
    const meanOf = (name: string) => losses.reduce((sum, part) => sum + part[name]![0]!, 0) / batchSize;
    return lossMeans({
      reconstruction: meanOf("reconstruction"),
      kl: meanOf("kl"),
      ...(losses[0]!.bound && { bound: meanOf("bound") }),
      ...this.named("penalties", /^penalty\//, meanOf),
      ...this.named("measures", /^measure\//, (name) => meanOf(name) * (batchSize / losses.length)),
    });
  }

  /** Batch, schedules and noise of an iteration. */
  protected fillInputs(iteration: number): void {
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
}
