import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import type { HyperparametersInput } from "../models/hyperparameters.ts";
import { LIKELIHOODS } from "../nn/distributions/likelihood.ts";
import { VAE } from "./vae.ts";

const VALUES = 3;
const DRAWS = 3000;
const COUNTS = Float32Array.from({ length: 60 }, (_, i) => (i * i) % 7);
const LEVELS = Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256);

const COLUMNS = [{ kind: "count" }, { kind: "real" }, { kind: "categorical", classes: 7 }] as const;

const SETTINGS: readonly HyperparametersInput[] = [
  { likelihood: "bernoulli" },
  { likelihood: "continuous-bernoulli" },
  { likelihood: "gaussian", sigma: "decoder" },
  { likelihood: "laplace", sigma: "calibrated" },
  { likelihood: "student-t", sigma: 0.5, degreesOfFreedom: 9 },
  { likelihood: "discretized-logistic" },
  { likelihood: "discretized-logistic-mixture", mixtures: 2 },
  { likelihood: "poisson" },
  { likelihood: "negative-binomial" },
  { likelihood: "zero-inflated-negative-binomial" },
  { likelihood: "categorical" },
  { likelihood: "mixed" },
];

it("every likelihood is among them", () => {
  const tried = SETTINGS.map(({ likelihood }) => likelihood);
  expect(LIKELIHOODS.filter((name) => !tried.includes(name))).toEqual([]);
});

describe.each(SETTINGS)("samples of $likelihood", (settings) => {
  const vae = new VAE([VALUES, 8, 2], { batchSize: 20, ...settings });
  const isImage =
    settings.likelihood === "bernoulli" || String(settings.likelihood).startsWith("discretized");
  const data = isImage
    ? dataset(LEVELS, { shape: [VALUES] })
    : settings.likelihood === "continuous-bernoulli"
      ? dataset(LEVELS, { shape: [VALUES], divisor: 255 })
      : dataset(COUNTS, { shape: [VALUES], columns: COLUMNS });

  beforeAll(async () => {
    await vae.train(data, { maxIterations: 2 });
  });
  afterAll(() => vae.dispose());

  it("as draws have the mean that samples as means tell", async () => {
    const drawn = await vae.sample(DRAWS, { values: "draw", temperature: 0, seed: 5, units: "model" });
    const [mean] = [await vae.sample(1, { temperature: 0 })];
    for (let value = 0; value < VALUES; value++) {
      const column = drawn.filter((_, index) => index % VALUES === value);
      const average = column.reduce((sum, each) => sum + each, 0) / DRAWS;
      const squares = column.reduce((sum, each) => sum + (each - average) ** 2, 0);
      const standardError = Math.sqrt(squares) / DRAWS;
      expect(Math.abs(average - mean![value]!)).toBeLessThan(4.5 * standardError + 1e-4);
    }
  });

  it("are draws that depend on seed and place alone, and modes among the values data may have", async () => {
    const many = await vae.sample(600, { values: "draw", seed: 2 });
    const few = await vae.sample(7, { values: "draw", seed: 2 });
    // The engine may round the last bit of a chunk of another size differently.
    for (const [index, value] of few.entries()) expect(value).toBeCloseTo(many[index]!, 5);
    expect(await vae.sample(7, { values: "draw", seed: 3 })).not.toEqual(few);
    for (const values of ["mode", "draw"] as const) {
      const rows = await vae.sample(600, { values, seed: 2 });
      await expect(vae.encode(dataset(rows, { shape: [VALUES], divisor: 1 }))).resolves.toBeDefined();
    }
  });
});

it("draws of a Student-t of many degrees of freedom are those of a normal variable", async () => {
  const settings = { likelihood: "student-t", sigma: 1, degreesOfFreedom: 1e8, batchSize: 20 } as const;
  const vae = new VAE([VALUES, 8, 2], settings);
  await vae.train(COUNTS, { maxIterations: 1 });
  const drawn = await vae.sample(DRAWS, { values: "draw", temperature: 0, seed: 5, units: "model" });
  const mean = await vae.sample(1, { temperature: 0 });
  const variance = drawn.reduce((sum, value, i) => sum + (value - mean[i % VALUES]!) ** 2, 0) / drawn.length;
  expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / drawn.length));
  await vae.dispose();
});
