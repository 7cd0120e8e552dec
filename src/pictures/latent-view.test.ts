import { describe, expect, it } from "vitest";
import type { Scene } from "./kind.ts";
import { planeOf, rankDimensions } from "./latent-view.ts";

const LATENT = 3;
const MEAN = [
  [0.5, -2, 1],
  [-0.5, 3, 1.5],
];
const VARIANCE = [
  [0.9, 0.1, 0.5],
  [0.8, 0.2, 0.25],
];

const posteriors = {
  mean: Float32Array.from(MEAN.flat()),
  logVariance: Float32Array.from(VARIANCE.flat(), Math.log),
};

/** As a deterministic autoencoder gives them. */
const points = { ...posteriors, logVariance: new Float32Array(6).fill(Number.NEGATIVE_INFINITY) };

const vaeOf = (deterministic: boolean) =>
  ({ model: { latent: LATENT, deterministic } }) as Scene["run"]["vae"];

/** Mean of ½(μ² + σ² − 1 − ln σ²) over the examples. */
function klOf(dimension: number): number {
  const terms = MEAN.map((means, example) => {
    const variance = VARIANCE[example]![dimension]!;
    return 0.5 * (means[dimension]! ** 2 + variance - 1 - Math.log(variance));
  });
  return terms.reduce((sum, term) => sum + term) / terms.length;
}

describe("rankDimensions", () => {
  it("has the largest KL first", () => {
    const facts = rankDimensions(vaeOf(false), posteriors);
    expect(facts.map(({ dimension }) => dimension)).toEqual([1, 2, 0]);
    for (const { dimension, weight } of facts) expect(weight).toBeCloseTo(klOf(dimension), 6);
  });

  it("knows the mean and spread of draws from all posteriors", () => {
    const [first] = rankDimensions(vaeOf(false), posteriors);
    expect(first!.mean).toBeCloseTo(0.5, 6);
    // The variance of the means is 2.5², and that of the posteriors 0.15.
    expect(first!.deviation).toBeCloseTo(Math.sqrt(2.5 ** 2 + 0.15), 6);
  });

  it("ranks points without spread by their variance", () => {
    const facts = rankDimensions(vaeOf(true), points);
    expect(facts.map(({ dimension }) => dimension)).toEqual([1, 0, 2]);
    expect(facts[0]!.weight).toBeCloseTo(2.5 ** 2, 6);
    expect(facts[0]!.deviation).toBeCloseTo(2.5, 6);
  });
});

describe("planeOf", () => {
  const planeBy = (options: Partial<Scene["options"]>) =>
    planeOf({ run: { vae: vaeOf(false) }, options } as Scene, posteriors);
  const columns = (rows: number[][], x: number, y: number) => rows.flatMap((row) => [row[x]!, row[y]!]);

  it("takes the dimensions in the order given", () => {
    const { means, logVariance, axisLabels } = planeBy({ dimensions: [2, 0] });
    expect([...means]).toEqual(columns(MEAN, 2, 0));
    expect([...logVariance!]).toEqual(columns(VARIANCE, 2, 0).map((value) => Math.fround(Math.log(value))));
    expect(axisLabels).toEqual(["z₃", "z₁"]);
  });

  it("takes the two of the largest KL when none are given", () => {
    const { means, axisLabels } = planeBy({});
    expect([...means]).toEqual(columns(MEAN, 1, 2));
    expect(axisLabels).toEqual(["z₂", "z₃"]);
  });
});
