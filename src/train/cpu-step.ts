import { teamSize } from "../kernels/team.ts";
import { weightsLayout } from "../models/weights.ts";
import { emitModel } from "../onnx/emit.ts";
import type { Binding, Session } from "../runtime/session.ts";
import type { Helper } from "../threads/helper.ts";
import { isFiniteLoss, type LossMeans } from "./events.ts";
import { type Host, HostStep } from "./host-step.ts";
import { optimizers } from "./optimizer.ts";
import { learningRateAt } from "./schedule.ts";
import type { StepOptions } from "./step.ts";
import { stepGraph } from "./step-graph.ts";
import type { TrainingGraph } from "./training-graph.ts";

/**
 * The step on the CPU, over fixed memory: batch and noise are written where the session reads them, gradients where the
 * optimizer reads them, and the parameters change in place.
 */
export class CpuStep extends HostStep {
  readonly device = "cpu";
  private readonly session: Session;
  private readonly binding: Binding;
  private readonly helpers: readonly Helper[];

  static async create(options: StepOptions): Promise<CpuStep> {
    const { model, hyperparameters, runtime } = options;
    const layout = weightsLayout(model);
    const graph = stepGraph(model, hyperparameters, layout, runtime.partsAtOnce);
    HostStep.checkSize(options, graph, layout);
    const { isShared } = optimizers[hyperparameters.optimizer.type];
    const threads = Math.max(graph.parts, isShared ? teamSize(layout.parameters.decayLength) : 1);
    const helpers = await runtime.startHelpers(threads - 1);
    let session: Session | undefined;
    try {
      session = await runtime.createSession(emitModel(graph.description.graph, { name: "training step" }), {
        parts: graph.parts,
        helpers,
      });
      const host = await HostStep.prepare(options, graph, layout, session.inputNames, helpers);
      return new CpuStep(options, graph.description, { ...host, session, helpers });
    } catch (error) {
      await session?.dispose();
      await endAll(helpers);
      throw error;
    }
  }

  private constructor(
    options: StepOptions,
    description: TrainingGraph,
    parts: Host & { session: Session; helpers: readonly Helper[] },
  ) {
    super(options, description, parts);
    this.session = parts.session;
    this.helpers = parts.helpers;
    this.binding = parts.session.bindTogether(parts.memory.bound);
  }

  /** The weights and moments are the step's own memory, which changes with every step. */
  async read(): Promise<void> {}

  async run(iteration: number): Promise<LossMeans> {
    const { hyperparameters, settings } = this.options;
    this.fillInputs(iteration);
    await this.binding.run();

    const { weights, gradients, moments, nextStates } = this.memory;
    const means = this.lossMeans();
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
        gradientScale: 1 / hyperparameters.batchSize,
        decayLength: weights.layout.parameters.decayLength,
      },
      hyperparameters,
    );
    return means;
  }

  async dispose(): Promise<void> {
    this.binding.dispose();
    await this.session.dispose();
    await endAll(this.helpers);
  }
}

async function endAll(helpers: readonly Helper[]): Promise<void> {
  await Promise.all(helpers.map((helper) => helper.end()));
}
