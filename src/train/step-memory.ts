import { Batches } from "../data/batches.ts";
import { sizeOf } from "../graph/node.ts";
import { type Arena, arenaBytes } from "../kernels/arena.ts";
import { conditionWidth } from "../models/condition.ts";
import type { Weights, WeightsLayout } from "../models/weights.ts";
import { namedTensors } from "../nn/parameters.ts";
import { type BoundTensors, rowsOf, type TensorBuffer, type TensorBuffers } from "../runtime/session.ts";
import { optimizers } from "./optimizer.ts";
import type { StepOptions } from "./step.ts";
import type { StepGraph } from "./step-graph.ts";

const LOSSES = ["reconstruction", "kl", "bound"] as const;
const NAMED = /^(penalty|measure)\//;

/** Scalars that a step tells, in the order in which they are kept. */
function lossNamesOf({ graph }: StepGraph["description"]): string[] {
  const outputs = Object.keys(graph.outputs);
  return [...LOSSES.filter((name) => outputs.includes(name)), ...outputs.filter((name) => NAMED.test(name))];
}

/** What a step keeps in the kernels' memory, and where the engine finds it. */
export interface StepMemory {
  readonly weights: Weights;
  readonly moments: readonly Float32Array[];
  /** [batchSize, values] */
  readonly x: Float32Array;
  /** Conditions, [batchSize, width]; empty where there are none. */
  readonly y: Float32Array;
  /** In the graph's order, for the whole batch. */
  readonly noises: readonly Float32Array[];
  readonly scheduled: { readonly beta: Float32Array; readonly capacity: Float32Array };
  /** Of each part of the batch. */
  readonly gradients: readonly Float32Array[];
  /** Of each part of the batch; `bound` and penalties by their outputs, where the graph has them. */
  readonly losses: readonly Readonly<Record<string, Float32Array>>[];
  readonly nextStates: Float32Array;
  /** What the engine reads and writes for each part of the batch. */
  readonly bound: readonly BoundTensors[];
}

/** Elements of everything a step keeps. */
function lengthsOf(
  { model, hyperparameters }: StepOptions,
  { description, parts }: StepGraph,
  { parameters, states }: WeightsLayout,
) {
  const { batchSize, optimizer } = hyperparameters;
  return {
    one: {
      parameters: parameters.length,
      states: states.length,
      nextStates: states.length,
      x: batchSize * sizeOf(model.inputShape),
      y: model.condition ? batchSize * conditionWidth(model.condition) : 0,
      beta: 1,
      capacity: 1,
    },
    several: {
      moments: Array<number>(optimizers[optimizer.type].momentCount).fill(parameters.length),
      noises: description.noises.map(({ shape }) => parts * sizeOf(shape)),
      gradients: Array<number>(parts).fill(parameters.length),
      losses: Array<number>(parts).fill(Math.max(LOSSES.length, lossNamesOf(description).length)),
    },
  };
}

/** Bytes of a kernels' arena for what {@link allocateStep} and the step's batches take. */
export function stepBytes(options: StepOptions, graph: StepGraph, layout: WeightsLayout): number {
  const { one, several } = lengthsOf(options, graph, layout);
  return arenaBytes({
    float32: [...Object.values(one), ...Object.values(several).flat()],
    uint8: [Batches.stagingLength(options.data, options.hyperparameters)],
  });
}

/** @param inputNames of the engine's session: a graph need not use everything there is */
export function allocateStep(
  options: StepOptions,
  graph: StepGraph,
  layout: WeightsLayout,
  inputNames: readonly string[],
  { allocateFloat32: allocate }: Arena,
): StepMemory {
  const { batchSize } = options.hyperparameters;
  const { description, parts } = graph;
  const lengths = lengthsOf(options, graph, layout);
  const { parameters, states, nextStates, x, beta, capacity, y } = mapValues(lengths.one, allocate);
  const { moments, noises, gradients, ...several } = mapValues(lengths.several, (each) => each.map(allocate));
  const lossNames = lossNamesOf(description);
  const losses = several.losses.map((values) =>
    Object.fromEntries(lossNames.map((name, index) => [name, values.subarray(index, index + 1)])),
  );
  const scheduled = { beta, capacity };
  const values = x.length / batchSize;

  const shared = {
    ...scalars(scheduled),
    ...namedTensors(layout.parameters, parameters),
    ...namedTensors(layout.states, states),
  };
  const inputsOf = (part: number): TensorBuffers => {
    const available: TensorBuffers = {
      ...shared,
      x: rowsOf(x, [batchSize / parts, values], (part * batchSize) / parts),
      ...(y.length > 0 && {
        y: rowsOf(y, [batchSize / parts, y.length / batchSize], (part * batchSize) / parts),
      }),
      ...Object.fromEntries(
        description.noises.map(({ name, shape }, i) => [name, rowsOf(noises[i]!, shape, part * shape[0]!)]),
      ),
    };
    const found = inputNames.filter((name) => name in available);
    return Object.fromEntries(found.map((name) => [name, available[name]!]));
  };
  const outputsOf = (part: number): TensorBuffers => ({
    ...scalars(losses[part]!),
    ...namedTensors(layout.parameters, gradients[part]!, "gradient/"),
    ...namedTensors(layout.states, nextStates, "next/"),
  });
  return {
    weights: { layout, parameters, states },
    ...{ moments, x, y, noises, scheduled, gradients, losses, nextStates },
    bound: gradients.map((_, part) => ({ inputs: inputsOf(part), outputs: outputsOf(part) })),
  };
}

function mapValues<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  change: (value: From) => To,
): Record<Name, To> {
  const changed = Object.entries<From>(record).map(([name, value]) => [name, change(value)]);
  return Object.fromEntries(changed) as Record<Name, To>;
}

function scalars(values: Readonly<Record<string, Float32Array>>): Record<string, TensorBuffer> {
  return Object.fromEntries(
    Object.entries(values).map(([name, data]) => [name, { type: "float32", shape: [], data }]),
  );
}
