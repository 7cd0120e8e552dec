import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { type Dataset, dataset, take } from "../data/dataset.ts";
import { VAE } from "../vae/vae.ts";

const WIDTH = 5;
const SIGMA = 0.5;

/** x = Wz + μ + σ·noise with a known answer for what is missing: the conditional normal distribution. */
const W = new Matrix([
  [1.2, 0],
  [0.8, -0.5],
  [0, 1],
  [-0.7, 0.9],
  [0.4, 0.3],
]);
const MU = [1, -2, 0.5, 0, 3];

function normals(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Rows and the same rows with values hidden at random. */
function linearRows(count: number, seed: number): { complete: number[][]; hidden: Dataset } {
  const [normal, next] = [normals(seed), uniform(seed + 1)];
  const complete = Array.from({ length: count }, () => {
    const z = Matrix.columnVector([normal(), normal()]);
    return W.mmul(z)
      .to1DArray()
      .map((value, i) => Math.fround(value + MU[i]! + SIGMA * normal()));
  });
  const rows = complete.map((row) => row.map((value) => (next() < 0.3 ? Number.NaN : value)));
  return { complete, hidden: dataset(Float32Array.from(rows.flat()), { shape: [WIDTH], missing: true }) };
}

/** Mean and deviation of each missing value given the observed ones. */
function conditional(row: readonly number[]): Map<number, { mean: number; deviation: number }> {
  const covariance = W.mmul(W.transpose()).add(Matrix.eye(WIDTH).mul(SIGMA ** 2));
  const all = [...row.keys()];
  const [seen, gone] = [all.filter((i) => !Number.isNaN(row[i]!)), all.filter((i) => Number.isNaN(row[i]!))];
  const gain =
    seen.length > 0
      ? covariance.selection(gone, seen).mmul(inverse(covariance.selection(seen, seen)))
      : new Matrix(gone.length, 0);
  return new Map(
    gone.map((i, at) => [
      i,
      {
        mean: MU[i]! + seen.reduce((sum, j, k) => sum + gain.get(at, k) * (row[j]! - MU[j]!), 0),
        deviation: Math.sqrt(
          covariance.get(i, i) - seen.reduce((sum, j, k) => sum + gain.get(at, k) * covariance.get(i, j), 0),
        ),
      },
    ]),
  );
}

async function trained(): Promise<VAE> {
  const vae = new VAE([WIDTH, 2], {
    ...{ batchSize: 100, learningRate: 1e-2, schedule: "cosine", missing: "indicate" },
    ...{ likelihood: "gaussian", sigma: "shared", objective: "iwae", latentSamples: 10 },
  });
  await vae.train(linearRows(4000, 11).hidden, { maxIterations: 500 });
  return vae;
}

describe("imputation on a linear-Gaussian problem", () => {
  it("comes near the conditional normal distribution, whose intervals it covers", {
    timeout: 90_000,
  }, async () => {
    const vae = await trained();
    const { complete, hidden } = linearRows(300, 77);
    const made = await vae.impute(hidden, { samples: 300, multiple: 3, seed: 4 });
    const scored = { count: 0, covered: 0, worst: 0, error: 0, spread: 0 };
    const rows = hidden.storage.range(0, hidden.examples);
    for (const [row, whole] of complete.entries()) {
      const own = Array.from(rows.subarray(row * WIDTH, (row + 1) * WIDTH), Number);
      const exact = conditional(own);
      for (const [i, value] of own.entries()) {
        const at = row * WIDTH + i;
        if (Number.isNaN(value)) continue;
        for (const each of [made.values, made.low, made.high, ...made.multiple]) expect(each[at]).toBe(value);
        expect(made.deviation[at]).toBe(0);
      }
      for (const [i, { mean, deviation }] of exact) {
        const at = row * WIDTH + i;
        scored.count++;
        if (made.low[at]! <= whole[i]! && whole[i]! <= made.high[at]!) scored.covered++;
        scored.error += ((made.values[at]! - mean) / deviation) ** 2;
        scored.spread += Math.log(made.deviation[at]! / deviation);
      }
    }
    // Of the conditional deviation: the mean error of the imputed means, and of their spreads.
    expect(scored.count).toBeGreaterThan(400);
    expect(Math.sqrt(scored.error / scored.count)).toBeLessThan(0.15);
    expect(Math.abs(scored.spread / scored.count)).toBeLessThan(0.1);
    const coverage = scored.covered / scored.count;
    expect(coverage).toBeGreaterThan(0.85);
    expect(coverage).toBeLessThan(0.95);

    // A row's imputation is a function of seed and index alone.
    const [alone, again] = await Promise.all([
      vae.impute(take(hidden, [0, 1, 2]), { samples: 300, multiple: 3, seed: 4 }),
      vae.impute(take(hidden, [0, 1, 2]), { samples: 300, seed: 5 }),
    ]);
    expect(alone.multiple[2]).toEqual(made.multiple[2]!.subarray(0, 3 * WIDTH));
    expect(again.values).not.toEqual(alone.values);
    await vae.dispose();
  });
});

describe("imputation of a table", () => {
  /** Colours, of which 0 goes with large reals and few counts. */
  function table(): { rows: Float64Array; data: Dataset; complete: Float64Array } {
    const [normal, next] = [normals(5), uniform(6)];
    const complete = Float64Array.from(
      Array.from({ length: 300 }, (_, row) => {
        const colour = row % 3;
        return [
          1e6 + 100 * colour + normal(),
          colour,
          colour === 2 ? 1 : 0,
          Math.round(20 - 9 * colour + normal()),
        ];
      }).flat(),
    );
    const rows = complete.map((value) => (next() < 0.2 ? Number.NaN : value));
    const columns = [
      { kind: "real" },
      { kind: "categorical", classes: 3, categories: ["red", "green", "blue"] },
      { kind: "binary" },
      { kind: "count" },
    ] as const;
    return { rows, complete, data: dataset(rows, { shape: [4], columns, missing: true }) };
  }

  it("gives values that each column can have, in the data's units", { timeout: 90_000 }, async () => {
    const { rows, data, complete } = table();
    const vae = new VAE([4, 32, 2], { batchSize: 50, learningRate: 3e-3, likelihood: "mixed" });
    await vae.train(data, { maxIterations: 400 });
    const { values, share, deviation, multiple } = await vae.impute(data, { samples: 100, multiple: 1 });
    const right = [0, 0];
    for (const [i, value] of rows.entries()) {
      const column = i % 4;
      if (!Number.isNaN(value)) {
        expect(values[i]).toBe(value);
        continue;
      }
      if (column === 1 || column === 2) {
        right[1]!++;
        if (values[i] === complete[i]) right[0]!++;
        expect([0, 1, 2]).toContain(values[i]);
        expect(share[i]).toBeGreaterThan(0.3);
        expect(deviation[i]).toBeNaN();
      }
      if (column === 3) expect(Number.isInteger(multiple[0]![i])).toBe(true);
      if (column === 0) expect(Math.abs(values[i]! - 1e6 - 100)).toBeLessThan(200);
    }
    expect(right[0]! / right[1]!).toBeGreaterThan(0.9);
    await vae.dispose();
  });

  it("refuses models of complete rows, of points, and options that are not what they must be", async () => {
    const data = linearRows(64, 1);
    const whole = dataset(Float32Array.from(data.complete.flat()), { shape: [WIDTH] });
    const settings = { batchSize: 32, likelihood: "gaussian" } as const;
    const vae = new VAE([WIDTH, 2], settings);
    await vae.train(whole, { maxIterations: 1 });
    await expect(vae.impute(data.hidden)).rejects.toThrow("the model was trained on complete rows");
    const points = new VAE([WIDTH, 2], { ...settings, deterministic: true });
    await points.train(data.hidden, { maxIterations: 1 });
    await expect(points.impute(data.hidden)).rejects.toThrow("has no distribution to impute from");
    const ready = new VAE([WIDTH, 2], { ...settings, missing: "fill" });
    await ready.train(whole, { maxIterations: 1 });
    await expect(ready.impute(data.hidden, { samples: 0 })).rejects.toThrow("samples is 0");
    await expect(ready.impute(data.hidden, { interval: 0 })).rejects.toThrow("interval is 0");
    expect((await ready.impute(data.complete)).values).toEqual(Float32Array.from(data.complete.flat()));
    await Promise.all([vae, points, ready].map((each) => each.dispose()));
  });
});
