import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { ElboEvaluator } from "../evaluate/evaluation.ts";
import { type HyperparametersInput, hyperparameters } from "../models/hyperparameters.ts";
import { schedulesOf } from "../models/objective-of.ts";
import { warmedUpAt } from "../models/schedules.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { VAE } from "../vae/vae.ts";
import { collect, stripes } from "./testing/tiny.ts";
import { maximisedOf } from "./watched.ts";

it.each<HyperparametersInput>([
  {},
  // Statistics of batches and of errors must be restored too.
  { normalization: "batch", likelihood: "gaussian", sigma: "calibrated" },
])("stops early when validation no longer improves, and restores the best weights: %o", async (settings) => {
  const vae = new VAE([16, 64, 8], { batchSize: 16, learningRate: 3e-2, ...settings });
  const validation = stripes(16, 99);
  const options = { maxIterations: 5000, validation, validateEvery: 10, patience: 3, seed: 1 };
  const events = await collect(vae.trainingEvents(stripes(16, 2), options));
  const end = events.of("end")[0]!;
  const best = events.of("validation").reduce((a, b) => (b.elbo > a.elbo ? b : a));
  expect(end.reason).toBe("stopped early");
  expect(end.keptIteration).toBe(best.iteration);
  expect(end.iteration).toBe(best.iteration + 30);
  expect((await vae.elbo(validation, { seed: 1 })).elbo).toBe(best.elbo);
});

it("keeps the best weights when aborted, too", async () => {
  const abort = new AbortController();
  const vae = new VAE([16, 64, 8], { batchSize: 16, learningRate: 3e-2 });
  const options = {
    maxIterations: 5000,
    validation: stripes(16, 99),
    validateEvery: 10,
    patience: 100,
    seed: 1,
  };
  const events = vae.trainingEvents(stripes(16, 2), { ...options, signal: abort.signal });
  const seen: { iteration: number; elbo: number }[] = [];
  let kept = 0;
  for await (const event of events) {
    if (event.type === "validation") seen.push(event);
    if (event.type === "iteration" && event.iteration === 205) abort.abort();
    if (event.type === "end") kept = event.keptIteration;
  }
  expect(kept).toBe(seen.reduce((a, b) => (b.elbo > a.elbo ? b : a)).iteration);
  expect(kept).toBeLessThan(205);
});

it("keeps weights to go back to from where patience was first asked for", async () => {
  const make = () => new VAE([16, 64, 8], { batchSize: 16, learningRate: 3e-2 });
  const options = { validation: stripes(16, 99), validateEvery: 10, seed: 1 };
  const first = await collect(make().trainingEvents(stripes(16, 2), { ...options, maxIterations: 1000 }));
  const resume = first.of("checkpoint").at(-1)!.checkpoint;
  expect(resume.best!.iteration).toBeLessThan(1000);
  const vae = make();
  const more = { ...options, maxIterations: 5000, patience: 3, resume };
  const second = await collect(vae.trainingEvents(stripes(16, 2), more));
  const best = second.of("validation").reduce((a, b) => (b.elbo > a.elbo ? b : a));
  expect(second.of("end")[0]).toMatchObject({ reason: "stopped early", keptIteration: best.iteration });
  expect((await vae.elbo(options.validation, { seed: 1 })).elbo).toBe(best.elbo);
});

it("refuses validation data that the likelihood cannot give or that cannot be binarised", async () => {
  const bits = Float32Array.from({ length: 32 * 16 }, (_, index) => index % 2);
  const refusal = (settings: HyperparametersInput) =>
    new VAE([16, 2], { batchSize: 16, ...settings }).train(bits, {
      maxIterations: 1,
      validation: bits.map((bit) => 2 * bit),
    });
  await expect(refusal({})).rejects.toThrow(DataError);
  await expect(refusal({ likelihood: "poisson", binarize: "once" })).rejects.toThrow(
    /^rows have values from 0 to 2; to be made 0 or 1 at random they must be probabilities/,
  );
});

describe("watches what training maximises", () => {
  const means = { elbo: -30, reconstruction: -20, kl: 10, klPerDimension: Float64Array.of(9, 0.9, 0.1) };
  const asked = (settings: HyperparametersInput) => hyperparameters.parse(settings);

  it.each<[HyperparametersInput, number]>([
    [{}, -30],
    [{ beta: 0.1 }, -21],
    [{ beta: 0 }, -20],
    // 9 + 1 + 1 nats, the last two raised to what is free.
    [{ freeBits: 1 }, -31],
    [{ freeBits: 1, beta: 2 }, -42],
    [{ capacity: 12 }, -22],
    [{ capacity: 4, beta: 2 }, -32],
  ])("of %o", (settings, value) => {
    expect(maximisedOf(means, asked(settings))).toBeCloseTo(value, 12);
  });

  it("of importance weights: their bound, and with another β the bound that β weighs", () => {
    expect(maximisedOf({ ...means, bound: -25 }, asked({ objective: "iwae", latentSamples: 5 }))).toBe(-25);
    const weighed = { ...means, bound: -25, maximised: -23 };
    expect(maximisedOf(weighed, asked({ objective: "iwae", latentSamples: 5, beta: 0.5 }))).toBe(-23);
  });

  it("weighs the importance-weighted bound by β, between that of the likelihood alone and the plain one", async () => {
    const settings: HyperparametersInput = { batchSize: 16, objective: "iwae", latentSamples: 4, beta: 0.5 };
    const vae = new VAE([16, 16, 2], settings);
    await vae.train(stripes(32, 2), { maxIterations: 50, seed: 1 });
    const evaluate = async (beta: number) => {
      const options = { objective: { type: "iwae" } as const, samples: 4, beta };
      const evaluator = await ElboEvaluator.create(await nodeRuntime(), vae.model, vae.weights!, options);
      const found = await evaluator.evaluate(stripes(16, 9), { seed: 3 });
      await evaluator.dispose();
      return found;
    };
    const [none, half, almost] = [await evaluate(0), await evaluate(0.5), await evaluate(1 - 1e-6)];
    expect(almost.maximised).toBeCloseTo(almost.bound!, 3);
    expect(none.maximised).toBeGreaterThan(half.maximised!);
    expect(half.maximised).toBeGreaterThan(almost.maximised!);
  });

  it("begins to count when warm-ups are over", () => {
    const at = (settings: HyperparametersInput) => warmedUpAt(schedulesOf(asked(settings)), 1000);
    expect(at({})).toBe(0);
    expect(at({ klWarmup: 250 })).toBe(250);
    expect(at({ capacity: 5, capacityWarmup: 400 })).toBe(400);
    // The last of four cycles rises from 750 to 875.
    expect(at({ klCycles: 4, klCycleRise: 0.5 })).toBe(876);
  });

  it("does not stop in a warm-up, and goes back to nothing in it", async () => {
    const vae = new VAE([16, 64, 8], { batchSize: 16, learningRate: 3e-2, klWarmup: 400 });
    const options = {
      maxIterations: 5000,
      validation: stripes(16, 99),
      validateEvery: 10,
      patience: 3,
      seed: 1,
    };
    const events = await collect(vae.trainingEvents(stripes(16, 2), options));
    const end = events.of("end")[0]!;
    expect(end.keptIteration).toBeGreaterThanOrEqual(400);
    expect(events.of("validation").filter(({ best, iteration }) => best && iteration < 400)).toEqual([]);
  });
});
