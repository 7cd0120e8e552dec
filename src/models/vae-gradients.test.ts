import { describe, expect, it } from "vitest";
import { interpret } from "../../test/reference/interpret.ts";
import { signed, uniform } from "../../test/reference/random.ts";
import { sizeOf, topologicalOrder } from "../graph/node.ts";
import { emitModel } from "../onnx/emit.ts";
import { nodeRuntime } from "../runtime/node.ts";
import type { TensorBuffer } from "../runtime/session.ts";
import { type TrainingGraph, trainingGraph } from "../train/training-graph.ts";
import { hiddenLayers } from "./architecture.ts";
import type { ModelConfig } from "./config.ts";
import { EVIDENCE_LOWER_BOUND } from "./objective.ts";

const BATCH = 5;
const PLAIN = { activation: "elu", keepProbability: 1, normalization: "none", initialization: "he" } as const;

const models: Record<string, ModelConfig> = {
  "the essay's, small": {
    inputShape: [7, 7, 1],
    encoder: hiddenLayers([11, 9], { ...PLAIN, keepProbability: 0.9 }),
    latent: 3,
    decoder: hiddenLayers([9, 11], { ...PLAIN, keepProbability: 0.9 }),
    likelihood: { type: "bernoulli" },
  },
  "batch normalised, with a learned scale": {
    inputShape: [6],
    encoder: hiddenLayers([8], { ...PLAIN, activation: "silu", normalization: "batch" }),
    latent: 2,
    decoder: hiddenLayers([8], { ...PLAIN, activation: "gelu", normalization: "layer" }),
    likelihood: { type: "gaussian", scale: "perDimension" },
  },
  "of several kinds of columns, some of whose values are missing": {
    inputShape: [5],
    encoder: hiddenLayers([7], PLAIN),
    latent: 2,
    decoder: hiddenLayers([7], PLAIN),
    encoderInput: "columns",
    missing: { fill: [0.1, 0.4, 1, -1, 0.5], indicators: true },
    likelihood: {
      type: "mixed",
      columns: [
        { kind: "real", center: 0.5, spread: 0.3 },
        { kind: "binary" },
        { kind: "count", scale: 2 },
        { kind: "categorical", classes: 3 },
        { kind: "real", center: 0, spread: 1 },
      ],
    },
  },
};

const cases = Object.entries(models).flatMap(([name, model]) =>
  [1, 3].map((latentSamples) => ({ name, model, latentSamples })),
);

describe.each(cases)("$name, $latentSamples latent samples", ({ model, latentSamples }) => {
  const built = trainingGraph(model, EVIDENCE_LOWER_BOUND, { batchSize: BATCH, latentSamples });
  const feeds = feedsFor(model, built);

  it("has the gradients in the engine that differences give in float64, to 1e-5", async () => {
    const found = await runInEngine(built, feeds);
    // β is 0.7, so the loss is −reconstruction + 0.7·kl.
    const lossAt = (point: Record<string, Float64Array>) => {
      const { reconstruction, kl } = interpret(
        { outputs: { reconstruction: built.graph.outputs.reconstruction!, kl: built.graph.outputs.kl! } },
        point,
      );
      return 0.7 * kl![0]! - reconstruction![0]!;
    };
    const expected = built.parameters.map(({ name }) => differences(lossAt, feeds, name));
    // Relative to each tensor's own size; but a bias before batch normalisation has no gradient at all.
    const floor = 0.01 * largest(expected.flat());
    for (const [which, { name }] of built.parameters.entries()) {
      const scale = Math.max(largest(expected[which]!), floor);
      const errors = expected[which]!.map(
        (slope, i) => Math.abs(found[`gradient/${name}`]![i]! - slope) / scale,
      );
      expect(largest(errors), name).toBeLessThan(1e-5);
    }
  });
});

function feedsFor(
  model: ModelConfig,
  { parameters, states, noises }: TrainingGraph,
): Record<string, Float64Array> {
  const next = uniform(11);
  const { missing } = model;
  const fill = (shape: readonly number[], value: () => number) =>
    Float64Array.from({ length: sizeOf(shape) }, value);
  return {
    x: missing
      ? fill([BATCH, ...model.inputShape], () => (next() < 0.3 ? Number.NaN : Math.floor(2 * next())))
      : fill([BATCH, ...model.inputShape], next),
    beta: Float64Array.of(0.7),
    ...Object.fromEntries(
      parameters.map(({ name, shape }, i) => [name, Float64Array.from(signed(sizeOf(shape), i, 0.05, 0.6))]),
    ),
    ...Object.fromEntries(states.map(({ name, shape }) => [name, fill(shape, () => 0.5 + next())])),
    ...Object.fromEntries(
      noises.map((noise) => [
        noise.name,
        fill(noise.shape, () =>
          noise.distribution === "dropout" ? (next() < 0.9 ? 1 / 0.9 : 0) : 2 * next() - 1,
        ),
      ]),
    ),
  };
}

async function runInEngine({ graph }: TrainingGraph, feeds: Record<string, Float64Array>) {
  const session = await (await nodeRuntime()).createSession(emitModel(graph));
  const nodes = topologicalOrder(Object.values(graph.outputs));
  const shapes = new Map(
    nodes.flatMap((node) => (node.operator === "Input" ? [[node.attributes.name, node.shape] as const] : [])),
  );
  const inputs = session.inputNames.map((name): [string, TensorBuffer] => [
    name,
    { type: "float32", shape: shapes.get(name)!, data: Float32Array.from(feeds[name]!) },
  ]);
  const outputs = Object.entries(graph.outputs).map(([name, { shape }]): [string, TensorBuffer] => [
    name,
    { type: "float32", shape, data: new Float32Array(sizeOf(shape)) },
  ]);
  await session.bind(Object.fromEntries(inputs), Object.fromEntries(outputs)).run();
  await session.dispose();
  return Object.fromEntries(outputs.map(([name, { data }]) => [name, Array.from(data, Number)]));
}

function differences(
  f: (point: Record<string, Float64Array>) => number,
  at: Record<string, Float64Array>,
  name: string,
): number[] {
  const h = 1e-5;
  return Array.from(at[name]!, (value, index) => {
    const moved = (to: number) => f({ ...at, [name]: at[name]!.with(index, to) });
    return (moved(value + h) - moved(value - h)) / (2 * h);
  });
}

function largest(values: readonly number[]): number {
  return Math.max(...values.map(Math.abs));
}
