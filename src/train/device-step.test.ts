import { describe, expect, it } from "vitest";
import { modelOf } from "../models/build.ts";
import { type HyperparametersInput, hyperparameters as schema } from "../models/hyperparameters.ts";
import { weightsLayout } from "../models/weights.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { CpuStep } from "./cpu-step.ts";
import { DeviceStep } from "./device-step.ts";
import { initialWeights } from "./initialize.ts";
import { trainingSettings } from "./settings.ts";
import { hostDevice } from "./testing/host-device.ts";
import { stripes } from "./testing/tiny.ts";

/** Both steps of one model, and their accelerator. */
async function both(input: HyperparametersInput) {
  const hyperparameters = schema.parse({ batchSize: 16, learningRate: 0.01, ...input });
  const model = modelOf([16, 12, 2], hyperparameters);
  const settings = trainingSettings.parse({ maxIterations: 100 });
  const runtime = await nodeRuntime();
  const layout = weightsLayout(model);
  const shapeOf = (name: string) => {
    const slices = [...layout.parameters.slices, ...layout.states.slices];
    const { shape, length } = slices.find((slice) => name.endsWith(`/${slice.name}`)) ?? {
      shape: [],
      length: 1,
    };
    return name.startsWith("read/") ? [length] : shape;
  };
  const device = hostDevice(runtime, shapeOf);
  const options = { model, hyperparameters, settings, data: stripes(), runtime };
  const cpu = await CpuStep.create(options);
  const other = await DeviceStep.create(options, device);
  const first = await initialWeights(layout, 3);
  for (const step of [cpu, other]) step.load(first);
  return { cpu, other, device };
}

describe("DeviceStep", () => {
  it.each<[string, HyperparametersInput]>([
    ["Adam, clipping by value and L2", { clipValue: 0.02, l2: 0.1 }],
    ["AdamW and clipping by norm", { optimizer: "adamw", weightDecay: 0.3, clipNorm: 0.05 }],
    ["SGD with momentum and dropout", { optimizer: "sgd", momentum: 0.8, l2: 0.01, keepProbability: 0.7 }],
    ["batch normalisation and statistics", { normalization: "batch", epsilon: 1e-3 }],
    ["a warm-up and a penalty", { klWarmup: 7, penalty: "total-correlation" }],
  ])("does what the step on the CPU does: %s", async (_, input) => {
    const { cpu, other, device } = await both(input);
    for (let iteration = 1; iteration <= 20; iteration++) {
      const wanted = await cpu.run(iteration);
      const found = await other.run(iteration);
      expect(Math.abs(found.elbo / wanted.elbo - 1)).toBeLessThan(1e-5);
    }
    await other.read();
    const values = (step: CpuStep | DeviceStep) =>
      [step.weights.parameters, step.weights.states, ...step.moments].map((each) => Array.from(each));
    const wanted = values(cpu);
    for (const [at, found] of values(other).entries())
      for (const [index, value] of found.entries())
        expect(Math.abs(value - wanted[at]![index]!)).toBeLessThan(2e-5 * (1 + Math.abs(value)));
    await Promise.all([cpu.dispose(), other.dispose()]);
    expect(device.held).toBe(0);
  });

  it("keeps what it had when the loss is not finite, and says where", async () => {
    const { cpu, other, device } = await both({ likelihood: "gaussian" });
    await other.run(1);
    await other.read();
    const { held } = device;
    const kept = other.weights.parameters.slice();
    other.weights.parameters[0] = Number.NaN;
    other.load(other.weights);
    expect((await other.run(2)).elbo).not.toSatisfy(Number.isFinite);
    expect(device.held).toBeLessThanOrEqual(held);
    expect((await other.diagnose(2, false)).message).toContain("the first tensor that is not is");
    expect(other.isHealthy()).toBe(false);
    other.load({ parameters: kept, states: other.weights.states });
    expect((await other.run(2)).elbo).toSatisfy(Number.isFinite);
    await Promise.all([cpu.dispose(), other.dispose()]);
  });
});
