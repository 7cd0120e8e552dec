import { Batches } from "../data/batches.ts";
import { sizeOf } from "../graph/node.ts";
import { type Arena, arenaBytes } from "../kernels/arena.ts";
import type { Weights, WeightsLayout } from "../models/weights.ts";
import { namedTensors } from "../nn/parameters.ts";
import { type BoundTensors, rowsOf, type TensorBuffer, type TensorBuffers } from "../runtime/session.ts";
import { optimizers } from "./optimizer.ts";
import type { StepOptions } from "./step.ts";
import type { StepGraph } from "./step-graph.ts";

const LOSSES = ["reconstruction", "kl", "bound"] as const;
export type LossName = (typeof LOSSES)[number];

/** What a step keeps in the kernels' memory, and where the engine finds it. */
export interface StepMemory {
  readonly weights: Weights;
  readonly moments: readonly Float32Array[];
  /** [batchSize, values] */
  readonly x: Float32Array;
  /** In the graph's order, for the whole batch. */
  readonly noises: readonly Float32Array[];
  readonly scheduled: { readonly beta: Float32Array; readonly capacity: Float32Array };
  /** Of each part of the batch. */
  readonly gradients: readonly Float32Array[];
  /** Of each part of the batch; `bound` where the graph has one. */
  readonly losses: readonly { readonly [Name in LossName]?: Float32Array }[];
  readonly nextStates: Float32Array;
  /** What the engine reads and writes for each part of the batch. */
  readonly bound: readonly BoundTensors[];
}

/** Bytes of a kernels' arena for what {@link allocateStep} and the step's batches take. */
export function stepBytes(
  { model, hyperparameters, data }: StepOptions,
  { description, parts }: StepGraph,
  { parameters, states }: WeightsLayout,
): number {
  const { batchSize, optimizer } = hyperparameters;
  return arenaBytes({
    float32: [
      ...Array<number>(1 + parts + optimizers[optimizer].momentCount).fill(parameters.length),
      ...[states.length, states.length],
      batchSize * sizeOf(model.inputShape),
      ...description.noises.map(({ shape }) => parts * sizeOf(shape)),
      ...Array<number>(2 + parts * LOSSES.length).fill(1),
    ],
    uint8: [Batches.stagingLength(data, hyperparameters)],
  });
}

/** @param inputNames of the engine's session: a graph need not use everything there is */
export function allocateStep(
  { model, hyperparameters }: StepOptions,
  { description, parts }: StepGraph,
  layout: WeightsLayout,
  inputNames: readonly string[],
  { allocateFloat32: allocate }: Arena,
): StepMemory {
  const { batchSize, optimizer } = hyperparameters;
  const ofEachPart = <T>(make: (part: number) => T): T[] =>
    Array.from({ length: parts }, (_, part) => make(part));

  const parameters = allocate(layout.parameters.length);
  const states = allocate(layout.states.length);
  const nextStates = allocate(layout.states.length);
  const moments = Array.from({ length: optimizers[optimizer].momentCount }, () =>
    allocate(layout.parameters.length),
  );
  const values = sizeOf(model.inputShape);
  const x = allocate(batchSize * values);
  const noises = description.noises.map(({ shape }) => allocate(parts * sizeOf(shape)));
  const scheduled = { beta: allocate(1), capacity: allocate(1) };
  const gradients = ofEachPart(() => allocate(layout.parameters.length));
  const lossNames = LOSSES.filter((name) => name in description.graph.outputs);
  const losses = ofEachPart(() => Object.fromEntries(lossNames.map((name) => [name, allocate(1)])));

  const shared = {
    ...scalars(scheduled),
    ...namedTensors(layout.parameters, parameters),
    ...namedTensors(layout.states, states),
  };
  const inputsOf = (part: number): TensorBuffers => {
    const available: TensorBuffers = {
      ...shared,
      x: rowsOf(x, [batchSize / parts, values], (part * batchSize) / parts),
      ...Object.fromEntries(
        description.noises.map(({ name, shape }, i) => [name, rowsOf(noises[i]!, shape, part * shape[0]!)]),
      ),
    };
    return Object.fromEntries(inputNames.map((name) => [name, available[name]!]));
  };
  const outputsOf = (part: number): TensorBuffers => ({
    ...scalars(losses[part]!),
    ...namedTensors(layout.parameters, gradients[part]!, "gradient/"),
    ...namedTensors(layout.states, nextStates, "next/"),
  });
  return {
    weights: { layout, parameters, states },
    ...{ moments, x, noises, scheduled, gradients, losses, nextStates },
    bound: ofEachPart((part) => ({ inputs: inputsOf(part), outputs: outputsOf(part) })),
  };
}

function scalars(values: Readonly<Record<string, Float32Array>>): Record<string, TensorBuffer> {
  return Object.fromEntries(
    Object.entries(values).map(([name, data]) => [name, { type: "float32", shape: [], data }]),
  );
}
