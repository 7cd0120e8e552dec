import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { type Dataset, dataset, exampleValues } from "../data/dataset.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { meanWithError } from "../numerics/statistics.ts";
import { nodeRuntime } from "../runtime/node.ts";
import type { Runtime } from "../runtime/session.ts";
import { type Autoencoder, compareWithPrior } from "./comparison.ts";
import { EvaluationNoise } from "./noise.ts";

const OPTIONS = { samples: 300, points: 1500 };

let runtime: Runtime;
let noise: EvaluationNoise;
let train: Dataset;
let heldOut: Dataset;
beforeAll(async () => {
  runtime = await nodeRuntime();
  noise = await EvaluationNoise.create();
  train = dataset(normals(2 * 6000, 1), { shape: [2], name: "plane" });
  heldOut = dataset(normals(2 * 400, 2), { shape: [2], name: "plane" });
});

function normals(length: number, seed: number): Float32Array {
  const values = new Float32Array(length);
  noise.fill(values, { seed, stream: "likelihood" });
  return values;
}

/** A plain autoencoder of standard normal points that reconstructs without error: z = scale · x + shift. */
function affine(scale: number, shift: number): Autoencoder {
  return {
    model: {
      inputShape: [2],
      encoder: [],
      latent: 2,
      decoder: [],
      likelihood: { type: "gaussian", scale: 1 },
      deterministic: true,
    },
    engine: async () => runtime,
    encode: async (data) => {
      const mean = exampleValues(data, { start: 0, end: data.examples }).map((x) => scale * x + shift);
      return { mean, logVariance: new Float32Array(mean.length).fill(Number.NEGATIVE_INFINITY) };
    },
    decode: async (z) => z.map((value) => (value - shift) / scale),
  };
}

/** The same where the posterior is N(0, variance), whatever is encoded. */
function uninformed(variance: number): Autoencoder {
  return {
    ...affine(1, 0),
    async encode({ examples }) {
      const mean = new Float32Array(2 * examples);
      return { mean, logVariance: mean.map(() => Math.log(variance)) };
    },
  };
}

/** ∫ f(u) du from 0 to 1, by the midpoint rule. */
function meanOfUniform(f: (u: number) => number): number {
  const steps = 1000;
  const values = Array.from({ length: steps }, (_, step) => f((step + 0.5) / steps));
  return values.reduce((sum, value) => sum + value, 0) / steps;
}

describe("compareWithPrior", () => {
  it("finds nothing amiss where latent points are distributed as the prior", async () => {
    const {
      standard,
      fitted,
      heldOut: yardstick,
    } = await compareWithPrior(affine(1, 0), { train, heldOut }, OPTIONS);
    for (const fit of [standard, fitted]) {
      expect(fit.cells).toMatchObject({ holes: 0, strays: 0 });
      expect(fit.uncovered).toBeLessThan(0.07);
      expect(fit.unreached).toBeLessThan(0.07);
      const error = Math.hypot(fit.nearestRow.standardError, yardstick.standardError);
      expect(Math.abs(fit.nearestRow.mean - yardstick.mean)).toBeLessThan(4 * error);
    }
  });

  it("tells wrong place and scale, which fitting mends, from wrong shape, which it does not", async () => {
    const data = { train, heldOut };
    const displaced = await compareWithPrior(affine(8, 20), data, OPTIONS);
    expect(displaced.standard.cells!.holes).toBeGreaterThan(0.9);
    expect(displaced.standard.cells!.strays).toBeGreaterThan(0.9);
    expect(displaced.standard.uncovered).toBeGreaterThan(0.9);
    expect(displaced.standard.nearestRow.mean).toBeGreaterThan(3 * displaced.heldOut.mean);
    expect(displaced.fitted.cells).toMatchObject({ holes: 0, strays: 0 });
    expect(displaced.fitted.uncovered).toBeLessThan(0.07);

    const ring = affine(1, 0);
    const outward: Autoencoder = {
      ...ring,
      async encode(examples) {
        const encoded = await ring.encode(examples);
        const radius = (at: number) =>
          Math.hypot(encoded.mean[at - (at % 2)]!, encoded.mean[at - (at % 2) + 1]!);
        return { ...encoded, mean: encoded.mean.map((value, at) => (2 * value) / radius(at)) };
      },
    };
    const { fitted } = await compareWithPrior(outward, data, OPTIONS);
    // Within half the fitted ring lies 1 − exp(−(√2 / 2)² / 2) = 0.22 of the prior, and no point.
    expect(fitted.cells!.holes).toBeGreaterThan(0.22);
    expect(fitted.uncovered).toBeGreaterThan(0.22);
  });

  it("draws latent points from the posterior", async () => {
    const { standard } = await compareWithPrior(uninformed(1), { train, heldOut }, OPTIONS);
    expect(standard.cells).toMatchObject({ holes: 0, strays: 0 });
    expect(standard.uncovered).toBeLessThan(0.07);
  });

  it("tells draws with no latent point near from latent points with no draw near", async () => {
    const variance = 0.25;
    const { standard } = await compareWithPrior(uninformed(variance), { train, heldOut }, OPTIONS);
    // Where the others are r times as dense, (1 + r)⁻⁵ are not reached. Latent points that are N(0, s²I) in a plane are
    // s⁻²·u^(s⁻² − 1) times as dense as the draws, at draws, with u uniform; and draws s²·u^(s² − 1) times, at points.
    const share = (v: number) => meanOfUniform((u) => (1 + v * u ** (v - 1)) ** -5);
    expect(Math.abs(standard.uncovered - share(1 / variance))).toBeLessThan(0.05);
    expect(Math.abs(standard.unreached - share(variance))).toBeLessThan(0.05);
  });

  it("looks at data that are sorted evenly", async () => {
    const order = (values: Float32Array) => {
      const pairs = Array.from({ length: values.length / 2 }, (_, row) => [
        values[2 * row]!,
        values[2 * row + 1]!,
      ]);
      return Float32Array.from(pairs.sort((a, b) => a[0]! - b[0]!).flat());
    };
    const sorted = dataset(order(storedRows(train) as Float32Array), { shape: [2] });
    const { standard } = await compareWithPrior(affine(1, 0), { train: sorted, heldOut }, OPTIONS);
    expect(standard.uncovered).toBeLessThan(0.07);
  });

  it("repeats itself for a seed, and has no cells where the latent space is no plane", async () => {
    const line: Autoencoder = { ...affine(1, 0), model: { ...affine(1, 0).model, latent: 1 } };
    const first: Autoencoder = {
      ...line,
      encode: async ({ examples }) => ({
        mean: normals(examples, 3),
        logVariance: new Float32Array(examples).fill(Number.NEGATIVE_INFINITY),
      }),
      decode: async (z) => Float32Array.from({ length: 2 * z.length }, (_, at) => z[Math.floor(at / 2)]!),
    };
    const once = await compareWithPrior(first, { train, heldOut }, { ...OPTIONS, seed: 5 });
    expect(once.standard.cells).toBeUndefined();
    expect(await compareWithPrior(first, { train, heldOut }, { ...OPTIONS, seed: 5 })).toEqual(once);
    expect(await compareWithPrior(first, { train, heldOut }, { ...OPTIONS, seed: 6 })).not.toEqual(once);
  });

  it("refuses numbers that are no counts", async () => {
    const compare = (options: object) => compareWithPrior(affine(1, 0), { train, heldOut }, options);
    await expect(compare({ samples: 0 })).rejects.toThrow(ConfigError);
    await expect(compare({ points: 2.5 })).rejects.toThrow(/points is 2.5/);
  });
});

it("gives a mean its standard error", () => {
  const { mean, standardError } = meanWithError(Float64Array.of(1, 2, 3, 6));
  expect(mean).toBe(3);
  expect(standardError).toBeCloseTo(Math.sqrt(14 / 3 / 4), 14);
});
