import { expect, it } from "vitest";
import { cells } from "../../test/reference/gene-expression.ts";
import { dataset, exampleValues, subset } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import { comparePca } from "./pca.ts";

const GENES = 60;
const LATENT = 3;

/** Cells of eight types, whose depths differ by a factor of up to thirty. */
const made = cells({ cells: 600, genes: GENES, types: 8, inverseDispersion: 2, dropout: 0.2, seed: 3 });
const rows = exampleValues(made, { start: 0, end: 600 }).map((value, i) =>
  Math.floor((value * (1 + (Math.floor(i / GENES) % 29))) / 10),
);
const uneven = dataset(Int32Array.from(rows), { shape: [GENES], labels: made.labels });

async function compared(likelihood: Likelihood) {
  const model: ModelConfig = { inputShape: [GENES], encoder: [], latent: LATENT, decoder: [], likelihood };
  const train = subset(uneven, 0, 400);
  const data = subset(uneven, 400, 600);
  return comparePca(
    {
      model,
      hyperparameters: { binarize: "never" },
      weights: undefined,
      engine: () => Promise.reject(new Error("none")),
      encode: () => Promise.reject(new Error("none")),
      // A perfect model.
      reconstruct: async (of) => exampleValues(of, { start: 0, end: of.examples }),
    },
    { train, data },
  );
}

it("PCA beside a model of counts with library sizes is of ln(1 + x) at one depth, in which types show", async () => {
  const observed = await compared({
    type: "negative-binomial",
    librarySize: "observed",
    dispersion: "shared",
  });
  const logarithms = await compared({ type: "negative-binomial", librarySize: "none", dispersion: "shared" });
  const raw = await compared({ type: "gaussian", scale: 1 });
  expect(observed!.knnAccuracy).toBeGreaterThan(0.95);
  expect(observed!.knnAccuracy).toBeGreaterThan(logarithms!.knnAccuracy! + 0.02);
  expect(logarithms!.knnAccuracy).toBeGreaterThan(raw!.knnAccuracy! + 0.02);
  // Errors of both are those of the logarithms.
  expect(observed!.vaeSquaredError).toBe(0);
  expect(observed!.squaredError).toBeLessThan(raw!.squaredError / 10);
});
