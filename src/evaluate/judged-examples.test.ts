import { describe, expect, it } from "vitest";
import { dataset, exampleValues } from "../data/dataset.ts";
import type { HyperparametersInput } from "../models/hyperparameters.ts";
import { weightsLayout } from "../models/weights.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { asTrained } from "./judged.ts";
import { evaluateLatents } from "./latents.ts";
import { EvaluationNoise } from "./noise.ts";
import { comparePca } from "./pca.ts";

/** All its weights are 0, so q(z|x) is the prior for every x. */
function uninformedVae(sizes: readonly [number, number], hyperparameters: HyperparametersInput = {}): VAE {
  const layout = weightsLayout(new VAE(sizes, hyperparameters).model);
  const [parameters, states] = [layout.parameters, layout.states].map(
    ({ length }) => new Float32Array(length),
  ) as [Float32Array, Float32Array];
  return new VAE(sizes, hyperparameters, { weights: { layout, parameters, states } });
}

describe("evaluateLatents", () => {
  it("draws from the prior independently of the posterior", async () => {
    const vae = uninformedVae([16, 2]);
    const { labels: _, ...data } = stripes(100);
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const found: number[] = [];
    for (const seed of seeds)
      found.push((await evaluateLatents(vae, { train: data, data, seed })).mmdSquared);
    const mean = found.reduce((sum, value) => sum + value, 0) / seeds.length;
    const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds.length - 1);
    // Both samples are of N(0, I): the unbiased estimate is 0 on average.
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / seeds.length));
  });

  it("gives every example the class that most training examples have, not most of those judged", async () => {
    const labelled = (...labels: number[]) => ({
      ...stripes(labels.length),
      labels: Uint8Array.from(labels),
    });
    const data = { train: labelled(0, 0, 0, 0, 0, 1), data: labelled(0, 1, 1, 1) };
    expect((await evaluateLatents(uninformedVae([16, 2]), data)).majorityAccuracy).toBe(1 / 4);
  });
});

it("comparePca finds the components of the training examples", async () => {
  const corners = (a: number, b: number) =>
    dataset(Float32Array.of(a, b, -a, b, a, -b, -a, -b, 0, 0), { shape: [2] });
  const data = { train: corners(3, 1), data: corners(1, 2) };
  const pca = await comparePca(uninformedVae([2, 1], { likelihood: "gaussian" }), data);
  // The component is the first axis, along which the training examples vary most: 2² is left of four in five.
  expect(pca!.squaredError).toBeCloseTo(4 * (4 / 5), 5);
});

describe("asTrained", () => {
  const half = dataset(new Float32Array(32 * 16).fill(0.5), { shape: [16] });
  const vae = new VAE([16, 2], { binarize: "once" });
  const all = { start: 0, end: half.examples };
  const valuesOf = async (role: "training" | "judged") =>
    exampleValues(await asTrained(vae, half, { seed: 7, role }), all);

  it("binarises examples to judge as the ELBO does, and those to fit to by draws of their own", async () => {
    const byHand = exampleValues(half, all);
    (await EvaluationNoise.create()).binarize(byHand, { seed: 7, stream: "evaluationBinarization" }, 0);
    expect(await valuesOf("judged")).toEqual(byHand);
    const training = await valuesOf("training");
    const equal = training.filter((bit, at) => bit === byHand[at]).length;
    // 512 pairs of fair coins: four standard deviations are 45.
    expect(Math.abs(equal - 256)).toBeLessThan(45);
    expect(new Set(training)).toEqual(new Set([0, 1]));
  });
});
