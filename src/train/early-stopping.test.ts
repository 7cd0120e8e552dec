import { expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import type { HyperparametersInput } from "../models/hyperparameters.ts";
import { VAE } from "../vae/vae.ts";
import { collect, stripes } from "./testing/tiny.ts";

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
