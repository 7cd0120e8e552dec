import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Feeds, interpret } from "../../test/reference/interpret.ts";
import { between } from "../../test/reference/random.ts";
import { feedsOfSpecs } from "../../test/reference/trace.ts";
import { dataset } from "../data/dataset.ts";
import { sizeOf } from "../graph/node.ts";
import { modelOf } from "../models/build.ts";
import { type HyperparametersInput, hyperparameters as schema } from "../models/hyperparameters.ts";
import { objectiveOf } from "../models/objective-of.ts";
import { weightsLayout } from "../models/weights.ts";
import { emitModel } from "../onnx/emit.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { VAE } from "../vae/vae.ts";
import { CpuStep } from "./cpu-step.ts";
import { diagnose } from "./diagnose.ts";
import { initialWeights } from "./initialize.ts";
import { trainingSettings } from "./settings.ts";
import { isAdditive, stepGraph } from "./step-graph.ts";
import { trainingGraph } from "./training-graph.ts";

const BATCH = 6;

const additive: HyperparametersInput[] = [
  {},
  { keepProbability: 0.7, latentSamples: 2 },
  { normalization: "layer", likelihood: "gaussian", sigma: "perDimension" },
  { objective: "iwae", latentSamples: 3, beta: 0.5 },
  { objective: "dreg", latentSamples: 3 },
  { deterministic: true, likelihood: "laplace", sigma: "shared" },
];
/** The nats lie between what the two halves of the test's batch have. */
const coupled: HyperparametersInput[] = [
  { normalization: "batch" },
  { likelihood: "gaussian", sigma: "calibrated" },
  { freeBits: 0.6 },
  { capacity: 1.26 },
];

describe("the halves of a batch", () => {
  it.each(additive)("add up to the whole, in float64, with %o", (settings) => {
    expect(isAdditiveWith(settings)).toBe(true);
    expect(largestDifference(settings)).toBeLessThan(1e-12);
  });

  it.each(coupled)("do not with %o, which looks at the whole batch and so is not halved", (settings) => {
    expect(isAdditiveWith(settings)).toBe(false);
    expect(largestDifference(settings)).toBeGreaterThan(1e-4);
  });
});

describe("a step", () => {
  const partsOf = (sizes: number[], settings: HyperparametersInput) => {
    const hyperparameters = schema.parse(settings);
    const model = modelOf(sizes, hyperparameters);
    const { description, parts } = stepGraph(model, hyperparameters, weightsLayout(model));
    const { shape } = description.noises[0]!;
    return [parts, shape[0]];
  };

  it("is halved where the work is worth it", () => {
    expect(partsOf([784, 500, 500, 50], {})).toEqual([2, 64]);
    expect(partsOf([784, 500, 500, 50], { batchSize: 100, keepProbability: 0.9 })).toEqual([2, 50]);
  });

  it.each([
    ["an odd batch", [784, 500, 500, 50], { batchSize: 129 }],
    ["a batch small for its weights", [784, 500, 500, 50], { batchSize: 32 }],
    ["a small network", [16, 12, 2], {}],
    ["batch normalisation", [784, 500, 500, 50], { normalization: "batch" as const }],
    ["free bits", [784, 500, 500, 50], { freeBits: 0.1 }],
  ])("is not, for %s", (_, sizes, settings) => {
    expect(partsOf(sizes, settings)).toEqual([1, schema.parse(settings).batchSize]);
  });
});

describe("a step in halves", () => {
  const data = dataset(Float32Array.from(between(300 * 200, 5, 0, 1)), { shape: [200] });
  // A head of 100 outputs: an engine that shares it between two threads sums it in another order.
  const sizes = [200, 300, 50];

  it("moves the weights by the gradient over the whole batch", async () => {
    const hyperparameters = schema.parse({ optimizer: "sgd", learningRate: 0.5, clipValue: 1e6 });
    const model = modelOf(sizes, hyperparameters);
    const runtime = await nodeRuntime();
    const settings = trainingSettings.parse({});
    const step = await CpuStep.create({ model, hyperparameters, settings, data, runtime });
    expect(step.inputs).toHaveLength(2);
    const initial = await initialWeights(step.weights.layout, 3);
    step.load(initial);
    const means = await step.run(1);

    const whole = trainingGraph(model, objectiveOf(hyperparameters), hyperparameters);
    const session = await runtime.createSession(emitModel(whole.graph));
    const outputs = Object.fromEntries(
      Object.entries(whole.graph.outputs).map(([name, { shape }]) => [
        name,
        { type: "float32", shape, data: new Float32Array(sizeOf(shape)) } as const,
      ]),
    );
    const inputs = Object.fromEntries(
      Object.entries(step.inputs[0]!).map(([name, first]) => {
        const slice = initial.layout.parameters.slices.find((each) => each.name === name);
        if (slice) {
          const data = initial.parameters.subarray(slice.offset, slice.offset + slice.length);
          return [name, { ...first, data }];
        }
        if (first.shape.length === 0) return [name, first];
        const rows = [first, step.inputs[1]![name]!].flatMap((half) => Array.from(half.data as Float32Array));
        const shape = [2 * first.shape[0]!, ...first.shape.slice(1)];
        return [name, { ...first, shape, data: Float32Array.from(rows) }];
      }),
    );
    await session.bind(inputs, outputs).run();
    const { batchSize } = hyperparameters;
    expect(means.reconstruction).toBeCloseTo(outputs.reconstruction!.data[0]! / batchSize, 4);
    expect(means.kl).toBeCloseTo(outputs.kl!.data[0]! / batchSize, 4);
    for (const { name, offset, length } of initial.layout.parameters.slices) {
      const gradient = outputs[`gradient/${name}`]!.data;
      const size = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / batchSize;
      for (let i = 0; i < length; i++) {
        const moved = (initial.parameters[offset + i]! - step.weights.parameters[offset + i]!) / 0.5;
        expect(Math.abs(moved - gradient[i]! / batchSize)).toBeLessThan(1e-4 * size + 1e-6);
      }
    }
    await Promise.all([step.dispose(), session.dispose()]);
  });

  it("gives the same bits with any number of threads and through either path to the engine", async () => {
    const train = async (path: "native" | "binding", threads: number) => {
      const vae = new VAE(sizes, { keepProbability: 0.9 }, { runtime: await nodeRuntime({ path }) });
      await vae.train(data, { maxIterations: 12, threads });
      return Buffer.from(vae.weights!.parameters.slice().buffer);
    };
    const expected = await train("native", 1);
    for (const [path, threads] of [
      ["native", 2],
      ["native", 3],
      ["binding", 1],
      ["binding", 2],
    ] as const)
      expect((await train(path, threads)).equals(expected)).toBe(true);
  });

  it("is searched for the first tensor that is not finite in its second half too", async () => {
    const hyperparameters = schema.parse({ likelihood: "gaussian" });
    const model = modelOf(sizes, hyperparameters);
    const runtime = await nodeRuntime();
    const settings = trainingSettings.parse({});
    const step = await CpuStep.create({ model, hyperparameters, settings, data, runtime });
    step.load(await initialWeights(step.weights.layout, 3));
    await step.run(1);
    step.inputs[1]!["latent.epsilon"]!.data[7] = Number.NaN;
    const { message } = await diagnose(runtime, step, 1, true);
    expect(message).toContain("the first tensor that is not is latent.epsilon");
    await step.dispose();
  });
});

function isAdditiveWith(settings: HyperparametersInput): boolean {
  const hyperparameters = schema.parse({ ...settings, batchSize: BATCH });
  return isAdditive(objectiveOf(hyperparameters), weightsLayout(modelOf([5, 4, 2], hyperparameters)));
}

/** Of losses and gradients over the whole batch from the sums of those over its halves. */
function largestDifference(settings: HyperparametersInput): number {
  const hyperparameters = schema.parse({ ...settings, batchSize: BATCH });
  const model = modelOf([5, 4, 2], hyperparameters);
  const graphOf = (batchSize: number) =>
    trainingGraph(model, objectiveOf(hyperparameters), { ...hyperparameters, batchSize });
  const whole = graphOf(BATCH);
  const half = graphOf(BATCH / 2);
  const feeds = feedsOfSpecs(whole, 1, {
    x: between(BATCH * 5, 9, 0, 1),
    beta: [0.7],
    capacity: [hyperparameters.capacity],
  });
  const rowInputs = ["x", ...whole.noises.map(({ name }) => name)];
  const halfOf = (part: number): Feeds =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, values]) => {
        const size = values.length / 2;
        return [
          name,
          rowInputs.includes(name) ? Array.from(values).slice(part * size, (part + 1) * size) : values,
        ];
      }),
    );
  const expected = interpret(whole.graph, feeds);
  const [first, second] = [0, 1].map((part) => interpret(half.graph, halfOf(part)));
  const names = Object.keys(expected).filter((name) => !name.startsWith("next/"));
  const differences = names.flatMap((name) =>
    Array.from(expected[name]!, (value, i) => Math.abs(value - first![name]![i]! - second![name]![i]!)),
  );
  return Math.max(...differences);
}

it.runIf(process.platform === "linux")("training ends the threads that helped it", async () => {
  const threads = () => readdirSync("/proc/self/task").length;
  const data = dataset(new Float32Array(256 * 784), { shape: [784] });
  const train = async () => {
    const vae = new VAE([784, 300, 2], { batchSize: 128 });
    await vae.train(data, { maxIterations: 2, threads: 2 });
    await vae.dispose();
  };
  await train();
  const before = threads();
  await train();
  expect(threads()).toBe(before);
});
