import { expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import type { Rows } from "../data/schema.ts";
import { requireSupport } from "../data/support.ts";
import { hyperparameters } from "../models/hyperparameters.ts";
import { likelihoodFrom } from "../models/likelihood-setting.ts";
import { supportOf } from "../nn/distributions/likelihood.ts";
import { chooseLikelihood } from "./choose-likelihood.ts";

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
    { likelihood: "negative-binomial", librarySize: "observed" },
  ],
])("because %s", (reason, rows, shape, settings) => {
  const data = dataset(rows, { shape });
  const choice = chooseLikelihood(data);
  expect(choice).toEqual({ hyperparameters: settings, reason });
  const likelihood = likelihoodFrom(hyperparameters.parse(choice.hyperparameters).likelihood);
  expect(() => requireSupport(data, supportOf(likelihood))).not.toThrow();
});
