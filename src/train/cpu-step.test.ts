import { afterEach, describe, expect, it } from "vitest";
import type { Dataset } from "../data/dataset.ts";
import { modelOf } from "../models/build.ts";
import { type HyperparametersInput, hyperparameters as schema } from "../models/hyperparameters.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { CpuStep } from "./cpu-step.ts";
import { initialWeights } from "./initialize.ts";
import { trainingSettings } from "./settings.ts";
import { stripes } from "./testing/tiny.ts";

const opened: CpuStep[] = [];
afterEach(async () => {
  for (const step of opened.splice(0)) await step.dispose();
});

async function stepOf(input: HyperparametersInput, data: Dataset = stripes()): Promise<CpuStep> {
  const hyperparameters = schema.parse({ batchSize: 16, ...input });
  const model = modelOf([16, 12, 2], hyperparameters);
  const settings = trainingSettings.parse({ maxIterations: 100 });
  const runtime = await nodeRuntime();
  const step = await CpuStep.create({ model, hyperparameters, settings, data, runtime });
  opened.push(step);
  step.load(await initialWeights(step.weights.layout, 3));
  return step;
}

describe("CpuStep", () => {
  it.each(["adam", "sgd"] as const)(
    "updates nothing when the loss is not finite, with %s",
    async (optimizer) => {
      const step = await stepOf({ optimizer, likelihood: "gaussian", normalization: "batch" });
      const { parameters, states } = step.weights;
      parameters[0] = Number.NaN;
      const before = [parameters, states, ...step.moments].map((values) => values.slice());
      expect((await step.run(1)).elbo).not.toSatisfy(Number.isFinite);
      expect([parameters, states, ...step.moments]).toEqual(before);
    },
  );

  it("is healthy while parameters and statistics are finite", async () => {
    const step = await stepOf({ normalization: "batch" });
    await step.run(1);
    for (const values of [step.weights.parameters, step.weights.states]) {
      const [first] = values;
      expect(step.isHealthy()).toBe(true);
      values[0] = Number.NaN;
      expect(step.isHealthy()).toBe(false);
      values[0] = first!;
    }
  });

  it("gives the graph the KL weight and the capacity of its iteration", async () => {
    const step = await stepOf({ beta: 20, klWarmup: 5, capacity: 3, capacityWarmup: 9 });
    const scheduled = async (iteration: number) => {
      await step.run(iteration);
      const { beta, capacity } = step.inputs[0]!;
      return [beta!.data[0], capacity!.data[0]];
    };
    expect(await scheduled(1)).toEqual([4, Math.fround(1 / 3)]);
    expect(await scheduled(3)).toEqual([12, 1]);
    expect(await scheduled(60)).toEqual([20, 3]);
  });
});
