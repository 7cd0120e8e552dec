import { expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import type { Rows } from "../data/schema.ts";
import { requireSupport } from "../data/support.ts";
import { hyperparameters } from "../models/hyperparameters.ts";
import { likelihoodFrom } from "../models/likelihood-setting.ts";
import { supportOf } from "../nn/distributions/likelihood.ts";
import { VAE } from "../vae/vae.ts";
import { chooseLikelihood } from "./choose-likelihood.ts";

const WITHOUT_DEPTH = {
  likelihood: "negative-binomial",
  librarySize: "observed",
  encoderInput: "normalized",
  normalization: "layer",
  keepProbability: 0.9,
} as const;

it.each<[string, Rows, number[], object]>([
  ["all values are 0 or 1", Uint8Array.of(0, 1, 1, 0), [4], { likelihood: "bernoulli" }],
  [
    "values lie between 0 and 1, not only at the ends",
    Uint8Array.of(0, 128, 255, 7),
    [2, 2, 1],
    { likelihood: "continuous-bernoulli" },
  ],
  [
    "values lie between 0 and 1, not only at the ends",
    Float32Array.of(0.5, 0, 1),
    [1, 1, 3],
    { likelihood: "continuous-bernoulli" },
  ],
  [
    "the data are colour images of 256 levels",
    Uint8Array.of(0, 128, 255),
    [1, 1, 3],
    { likelihood: "discretized-logistic" },
  ],
  [
    "values are numbers from -2.5 to 3, and columns differ in what can be told of them: each has a spread of its own",
    Float64Array.of(-2.5, 3),
    [2],
    { likelihood: "gaussian", sigma: "perDimension" },
  ],
  [
    "values are whole numbers from 0 to 700, as counts are",
    Int32Array.of(0, 700, 3, 5),
    [2],
    { likelihood: "negative-binomial" },
  ],
  [
    "values are numbers from 0 to 200, and a calibrated spread needs no tuning",
    Float32Array.of(0, 200, 3, 5),
    [2, 2],
    { likelihood: "gaussian", sigma: "calibrated" },
  ],
  [
    "values are whole numbers from 0 to 5, as counts are, and rows differ in their sums as cells do in depth and documents in length: z is to tell of the rest",
    Int32Array.from({ length: 30 * 20 }, (_, i) => ((i * 7) % 2) + (Math.floor(i / 20) % 3) * 2),
    [20],
    WITHOUT_DEPTH,
  ],
])("because %s", (reason, rows, shape, settings) => {
  const data = dataset(rows, { shape });
  const choice = chooseLikelihood(data);
  expect(choice).toEqual({ hyperparameters: settings, reason });
  const likelihood = likelihoodFrom(hyperparameters.parse(choice.hyperparameters).likelihood);
  expect(() => requireSupport(data, supportOf(likelihood))).not.toThrow();
});

it("keeps the depth of many counts out of the codes", async () => {
  const [cells, genes] = [64, 50];
  const rows = Int32Array.from(
    { length: cells * genes },
    (_, i) => (((i * 2_654_435_761) % 4_294_967_296) % 5) * (1 + (Math.floor(i / genes) % 4)),
  );
  const data = dataset(rows, { shape: [genes] });
  const { hyperparameters: settings } = chooseLikelihood(data);
  expect(settings).toEqual(WITHOUT_DEPTH);
  const vae = new VAE([genes, 8, 2], { batchSize: 32, ...settings });
  await vae.train(data, { maxIterations: 3 });
  const deeper = dataset(
    rows.map((each) => 3 * each),
    { shape: [genes] },
  );
  const [{ mean }, other] = await Promise.all([vae.encode(data), vae.encode(deeper)]);
  for (const [i, value] of mean.entries()) expect(other.mean[i]).toBeCloseTo(value, 5);
  expect(new Set(mean).size).toBeGreaterThan(64);
  await vae.dispose();
  expect(() => new VAE([4, 2], { encoderInput: "normalized" })).toThrow("is not one of counts");
});
