import type { NumericalError } from "../common/errors.ts";
import { input, reshape } from "../graph/build.ts";
import { weightsLayout } from "../models/weights.ts";
import { namedTensors } from "../nn/parameters.ts";
import { emitModel } from "../onnx/emit.ts";
import type { Device, DeviceSession, DeviceTensor, TensorBuffer } from "../runtime/session.ts";
import { isFiniteLoss, type LossMeans } from "./events.ts";
import { type Host, HostStep } from "./host-step.ts";
import { optimizers } from "./optimizer.ts";
import { learningRateAt } from "./schedule.ts";
import type { StepOptions } from "./step.ts";
import { stepGraph } from "./step-graph.ts";
import type { TrainingGraph } from "./training-graph.ts";
import { momentName, updatedName, updateGraph, updateScalars } from "./update-graph.ts";

type Value = TensorBuffer | DeviceTensor;

/**
 * The step on an accelerator: parameters, statistics and moments stay in its memory, and the optimizer is part of the
 * graph. Batch and noise are made by the kernels, as on the CPU, and sent there.
 */
export class DeviceStep extends HostStep {
  readonly device: string;
  readonly #session: DeviceSession;
  #reader!: DeviceSession;
  /** What goes from one step to the next, by input name. */
  #kept = new Map<string, Value>();

  /** @throws {VaekitError} when the accelerator does not take the model */
  static async create(options: StepOptions, device: Device): Promise<DeviceStep> {
    const layout = weightsLayout(options.model);
    const graph = stepGraph(options.model, options.hyperparameters, layout, 1);
    const whole = updateGraph(graph.description, layout.parameters, options.hyperparameters);
    HostStep.checkSize(options, graph, layout);
    const kept = Object.keys(whole.outputs).filter((name) => /^(updated|next)\//.test(name));
    const session = await device.createSession(emitModel(whole, { name: "training step" }), new Set(kept));
    try {
      const host = await HostStep.prepare(options, graph, layout, session.inputNames, []);
      const step = new DeviceStep(options, graph.description, host, device.name, session);
      step.#reader = await device.createSession(readingModel(step.#host()));
      step.#send();
      return step;
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  private constructor(
    options: StepOptions,
    description: TrainingGraph,
    host: Host,
    device: string,
    session: DeviceSession,
  ) {
    super(options, description, host);
    this.device = device;
    this.#session = session;
  }

  async run(iteration: number): Promise<LossMeans> {
    const { hyperparameters, settings } = this.options;
    this.fillInputs(iteration);
    const rate = learningRateAt(iteration, hyperparameters, settings);
    const scalars = Object.entries(updateScalars(hyperparameters, iteration, rate)).map(
      ([name, value]) =>
        [name, { type: "float32", shape: [], data: Float32Array.of(value) } satisfies TensorBuffer] as const,
    );
    const available = { ...this.memory.bound[0]!.inputs, ...Object.fromEntries([...scalars, ...this.#kept]) };
    const outputs = await this.#session.run(
      Object.fromEntries(this.#session.inputNames.map((name) => [name, available[name]!])),
    );
    const sums = Object.entries(this.memory.losses[0]!);
    for (const [name, value] of sums) value[0] = (outputs[name] as Float32Array)[0]!;
    const means = this.lossMeans();
    const isGood = isFiniteLoss(means);
    for (const name of [...this.#kept.keys()]) {
      const next = (outputs[updatedName(name)] ?? outputs[`next/${name}`]) as DeviceTensor | undefined;
      if (!next) continue;
      if (isGood) this.#keep(name, next);
      else next.dispose();
    }
    return means;
  }

  override async diagnose(iteration: number, isUntrained: boolean): Promise<NumericalError> {
    await this.read();
    return super.diagnose(iteration, isUntrained);
  }

  async read(): Promise<void> {
    const inputs = Object.fromEntries(this.#reader.inputNames.map((name) => [name, this.#kept.get(name)!]));
    const outputs = await this.#reader.run(inputs);
    for (const [name, { data }] of Object.entries(this.#host()))
      (data as Float32Array).set(outputs[`read/${name}`] as Float32Array);
  }

  override load(from: Parameters<HostStep["load"]>[0]): void {
    super.load(from);
    this.#send();
  }

  async dispose(): Promise<void> {
    for (const value of this.#kept.values()) if ("device" in value) value.dispose();
    this.#kept.clear();
    await this.#session.dispose();
    await this.#reader.dispose();
  }

  /** Views of the host's memory by input name: what `read` brings up to date. */
  #host(): Record<string, TensorBuffer> {
    const { layout, parameters, states } = this.weights;
    const { momentCount } = optimizers[this.options.hyperparameters.optimizer.type];
    return {
      ...namedTensors(layout.parameters, parameters),
      ...namedTensors(layout.states, states),
      ...Object.assign(
        {},
        ...Array.from({ length: momentCount }, (_, moment) =>
          namedTensors(layout.parameters, this.moments[moment]!, momentName(moment, "")),
        ),
      ),
    };
  }

  /** The next step takes its values from the host's memory. */
  #send(): void {
    for (const [name, value] of Object.entries(this.#host())) this.#keep(name, value);
  }

  #keep(name: string, value: Value): void {
    const before = this.#kept.get(name);
    if (before && "device" in before) before.dispose();
    this.#kept.set(name, value);
  }
}

/** Copies tensors to the host: reshaped, because an output must be computed. */
function readingModel(tensors: Readonly<Record<string, TensorBuffer>>): Uint8Array {
  const outputs = Object.entries(tensors).map(
    ([name, { shape, data }]) => [`read/${name}`, reshape(input(name, shape), [data.length])] as const,
  );
  return emitModel({ outputs: Object.fromEntries(outputs) }, { name: "reading" });
}
