import { describe, expect, it } from "vitest";
import { signed, uniform } from "../../test/reference/random.ts";
import { type Dataset, dataset } from "../data/dataset.ts";
import type { HyperparametersInput } from "../models/hyperparameters.ts";
import { VAE } from "./vae.ts";

const WIDTH = 12;
const ROWS = 1000;
const DECADES = 30;

/** Normal numbers. */
function normals(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Points on a line in 12 dimensions, with noise of a tenth. */
function line(): Float32Array {
  const normal = normals(3);
  const direction = signed(WIDTH, 5, 0.5, 1.5);
  const positions = Array.from({ length: 400 }, normal);
  return Float32Array.from(positions.flatMap((at) => direction.map((each) => at * each + 0.1 * normal())));
}

/** Rows in random directions, from 1 to 1e30 times as far out as the training rows, in a random order. */
function odd(): { rows: Float32Array; decade: Float64Array } {
  const [normal, next] = [normals(9), uniform(10)];
  const decade = Float64Array.from({ length: ROWS }, () => DECADES * next());
  const rows = Float32Array.from(
    { length: ROWS * WIDTH },
    (_, i) => normal() * 10 ** decade[Math.floor(i / WIDTH)]!,
  );
  return { rows, decade };
}

/** Spearman's rank correlation, of values without ties. */
function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [first, second] = [ranks(a), ranks(b)];
  const squares = first.reduce((sum, rank, i) => sum + (rank - second[i]!) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Float64Array(values.length);
  for (const [rank, index] of order.entries()) result[index] = rank;
  return result;
}

function data(rows: Float32Array, { likelihood }: HyperparametersInput): Dataset {
  const columns = Array.from({ length: WIDTH }, () => ({ kind: "real" as const }));
  return dataset(rows, { shape: [WIDTH], ...(likelihood === "mixed" && { columns }) });
}

const SETTINGS: HyperparametersInput[] = [
  { likelihood: "gaussian" },
  { likelihood: "gaussian", sigma: "calibrated" },
  { likelihood: "gaussian", sigma: "shared" },
  { likelihood: "gaussian", sigma: "perDimension" },
  { likelihood: "laplace", sigma: "calibrated" },
  { likelihood: "laplace", sigma: "perDimension" },
  { likelihood: "student-t" },
  { likelihood: "student-t", sigma: "perDimension", degreesOfFreedom: "learned" },
  { likelihood: "mixed" },
  { likelihood: "gaussian", posterior: "full-normal", prior: "vamp:components=5" },
  { likelihood: "gaussian", posterior: "planar", prior: "flow" },
  { likelihood: "gaussian", posterior: "iaf", prior: "mixture:components=5" },
  { likelihood: "gaussian", posterior: "maf" },
];
/** A decoded spread follows the row: it is finite, and no order is promised. */
const DECODED: HyperparametersInput[] = [
  { likelihood: "gaussian", sigma: "decoder" },
  { likelihood: "laplace", sigma: "decoder" },
  { likelihood: "student-t", sigma: "decoder" },
];

async function scored(settings: HyperparametersInput) {
  const vae = new VAE([WIDTH, 32, 3], { batchSize: 32, ...settings });
  await vae.train(data(line(), settings), { maxIterations: 120, seed: 1 });
  const { rows, decade } = odd();
  const scores = await vae.score(data(rows, settings), { samples: 10 });
  const usual = await vae.score(data(line(), settings), { samples: 10 });
  await vae.dispose();
  return { scores, decade, usual };
}

describe("rows from 1 to 1e30 times the training scale", () => {
  it.each(SETTINGS)("under %j are scored in the order of their oddness", async (settings) => {
    const { scores, decade, usual } = await scored(settings);
    const lowest = usual.logLikelihood.reduce((least, each) => Math.min(least, each));
    for (const kind of ["logLikelihood", "elbo"] as const) {
      const values = scores[kind];
      expect(values.every(Number.isFinite)).toBe(true);
      const correlation = -rankCorrelation(values, decade);
      expect(correlation).toBeGreaterThan(0.999);
      for (const [i, value] of values.entries()) if (decade[i]! > 2) expect(value).toBeLessThan(lowest);
    }
  });

  it.each(DECODED)("under %j have finite scores below those of the training rows", async (settings) => {
    const { scores, decade, usual } = await scored(settings);
    const lowest = usual.logLikelihood.reduce((least, each) => Math.min(least, each));
    expect(scores.elbo.every(Number.isFinite)).toBe(true);
    for (const [i, value] of scores.logLikelihood.entries()) {
      expect(Number.isFinite(value)).toBe(true);
      if (decade[i]! > 2) expect(value).toBeLessThan(lowest);
    }
  });
});

it("one outlier among training rows leaves a model of the others, and is named", async () => {
  const clean = line();
  for (const settings of [
    { likelihood: "gaussian", sigma: "calibrated" },
    { likelihood: "student-t", sigma: "decoder", degreesOfFreedom: "learned" },
    { likelihood: "mixed" },
    { likelihood: "gaussian", normalization: "batch" },
  ] as HyperparametersInput[]) {
    const elbos: number[] = [];
    for (const value of [undefined, 1e4, 1e30]) {
      const rows = line();
      if (value !== undefined) rows[37 * WIDTH + 5] = value;
      const warnings: string[] = [];
      const vae = new VAE([WIDTH, 32, 3], { batchSize: 32, ...settings });
      await vae.train(data(rows, settings), {
        maxIterations: 60,
        seed: 1,
        onEvent: (event) => event.type === "warning" && warnings.push(event.message),
      });
      elbos.push((await vae.elbo(data(clean, settings))).elbo);
      await vae.dispose();
      if (value === 1e30)
        expect(warnings).toEqual([
          expect.stringContaining(
            "1 of 400 training rows of data is left out, whose values are out of all proportion",
          ),
        ]);
      else expect(warnings).toEqual([]);
      if (value === 1e30) expect(warnings[0]).toContain("row 37, column 5 (counted from 0) is 1e+30");
    }
    const [without, , with1e30] = elbos as [number, number, number];
    expect(elbos.every(Number.isFinite)).toBe(true);
    expect(with1e30).toBeGreaterThan(without - 3);
  }
});

it("one outlier among validation rows does not end a training", async () => {
  const validation = line().slice(0, 40 * WIDTH);
  validation.set(signed(WIDTH, 2, 1e20, 1e30), 3 * WIDTH);
  const vae = new VAE([WIDTH, 32, 3], { batchSize: 32, likelihood: "gaussian", sigma: "calibrated" });
  const bounds: number[] = [];
  await vae.train(line(), {
    maxIterations: 40,
    validateEvery: 10,
    validation,
    onEvent: (event) => event.type === "validation" && bounds.push(event.elbo),
  });
  expect(bounds.length).toBeGreaterThan(3);
  expect(bounds.every((bound) => Number.isFinite(bound) && bound < -1e6)).toBe(true);
});
