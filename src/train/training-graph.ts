import { input, reduceSum } from "../graph/build.ts";
import { gradient } from "../graph/gradient.ts";
import type { Graph, Tensor } from "../graph/node.ts";
import { simplify } from "../graph/rewrite.ts";
import type { ModelConfig } from "../models/config.ts";
import { totalKl } from "../models/loss-terms.ts";
import { lossTerms, type Objective } from "../models/objective.ts";
import { observedInputs } from "../models/observed.ts";
import { type Schedules, UNMOVED } from "../models/schedules.ts";
import { type NoiseSpec, type ParameterSpec, type StateSpec, Trace } from "../nn/scope.ts";

/**
 * Forward and backward pass over a batch, and the inputs it wants besides those of `modelInputs` and, where the objective
 * needs them, `beta` and `capacity` [].
 */
export interface TrainingGraph {
  /** Outputs: `reconstruction`, `kl` and, if the objective has them, `bound` and `penalty/NAME` [], sums over the batch; `measure/NAME` []; `gradient/NAME` of each parameter; `next/NAME` of each state. */
  readonly graph: Graph;
  /** Everything a step computes on the way, in order, by name: for finding the first value that is not finite. */
  readonly intermediates: Readonly<Record<string, Tensor>>;
  readonly parameters: readonly ParameterSpec[];
  readonly states: readonly StateSpec[];
  readonly noises: readonly NoiseSpec[];
  /** Of the scalar inputs `beta` and `capacity`. */
  readonly schedules: Schedules;
}

/** The output with a penalty. */
function penaltyOutput(name: string): string {
  return `penalty/${name}`;
}

/** The output with something that is logged and is no term of the loss. */
function measureOutput(name: string): string {
  return `measure/${name}`;
}

export function trainingGraph(
  model: ModelConfig,
  objective: Objective,
  { batchSize, latentSamples }: { batchSize: number; latentSamples: number },
): TrainingGraph {
  const trace = new Trace({ training: true });
  const observed = observedInputs(model, batchSize);
  const scheduled = { beta: input("beta", []), capacity: input("capacity", []) };
  const terms = lossTerms(trace, model, objective, observed, scheduled, latentSamples);

  const parameters = [...trace.parameters.values()];
  const states = [...trace.states.values()];
  const gradients = gradient(
    terms.loss,
    parameters.map(({ tensor }) => tensor),
  );
  const losses = {
    reconstruction: reduceSum(terms.reconstruction),
    kl: totalKl(terms.kl),
    ...(terms.bound && { bound: reduceSum(terms.bound) }),
    ...Object.fromEntries(
      Object.entries(terms.penalties).map(([name, penalty]) => [penaltyOutput(name), penalty]),
    ),
    ...Object.fromEntries(
      Object.entries(terms.measures ?? {}).map(([name, measure]) => [measureOutput(name), measure]),
    ),
  };
  const gradientOutputs = Object.fromEntries(
    parameters.map(({ spec }, index) => [`gradient/${spec.name}`, gradients[index]!]),
  );
  return {
    graph: simplify({
      outputs: {
        ...losses,
        ...gradientOutputs,
        ...Object.fromEntries(states.map(({ spec, next }) => [`next/${spec.name}`, next])),
      },
    }),
    intermediates: { ...Object.fromEntries(trace.activations), ...losses, ...gradientOutputs },
    parameters: parameters.map(({ spec }) => spec),
    states: states.map(({ spec }) => spec),
    noises: [...trace.noises.values()].map(({ spec }) => spec),
    schedules: objective.schedules ?? UNMOVED,
  };
}
