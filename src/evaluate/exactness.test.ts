import fc from "fast-check";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { dataset } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import { weightsLayout } from "../models/weights.ts";
import { VAE } from "../vae/vae.ts";

const LOG_2_PI = Math.log(2 * Math.PI);

/** x = Wz + μ + σ·noise: probabilistic PCA, whose marginal likelihood is normal (Tipping & Bishop 1999, eq. 4). */
interface LinearGaussian {
  /** [values, latent] */
  readonly w: Matrix;
  readonly mu: readonly number[];
  readonly sigma: number;
}

/** ln N(x; μ, WWᵀ + σ²I) of each row, by Cholesky decomposition in float64. */
function exactLogLikelihood(
  { w, mu, sigma }: LinearGaussian,
  rows: readonly (readonly number[])[],
): number[] {
  const values = mu.length;
  const covariance = w.mmul(w.transpose()).add(Matrix.eye(values).mul(sigma ** 2));
  const cholesky = new CholeskyDecomposition(covariance);
  const logDeterminant =
    2 * cholesky.lowerTriangularMatrix.diagonal().reduce((sum, d) => sum + Math.log(d), 0);
  return rows.map((row) => {
    const deviation = Matrix.columnVector(row.map((value, i) => value - mu[i]!));
    const distance = deviation.transpose().mmul(cholesky.solve(deviation)).get(0, 0);
    return -0.5 * (values * LOG_2_PI + logDeterminant + distance);
  });
}

function linearModel(values: number, latent: number, sigma: number): ModelConfig {
  const likelihood = { type: "gaussian", scale: sigma } as const;
  return { inputShape: [values], encoder: [], latent, decoder: [], likelihood };
}

function withWeights(model: ModelConfig, tensors: Readonly<Record<string, readonly number[]>>): VAE {
  const layout = weightsLayout(model);
  const parameters = new Float32Array(layout.parameters.length);
  for (const { name, offset } of layout.parameters.slices) parameters.set(tensors[name]!, offset);
  const likelihood = model.likelihood.type;
  const sigma = model.likelihood.type === "gaussian" ? model.likelihood.scale : 1;
  const weights = { layout, parameters, states: new Float32Array(layout.states.length) };
  return new VAE([model.inputShape[0]!, model.latent], { likelihood, sigma }, { model, weights });
}

/** A linear-Gaussian VAE whose encoder is the exact posterior: W has orthogonal columns, so it factorises. */
function exactVae(problem: LinearGaussian): VAE {
  const { w, mu, sigma } = problem;
  const [values, latent] = [w.rows, w.columns];
  const precision = Array.from({ length: latent }, (_, d) =>
    w.getColumn(d).reduce((sum, v) => sum + v * v, sigma ** 2),
  );
  const toMean = (i: number, d: number) => w.get(i, d) / precision[d]!;
  const biases = precision.map((_, d) => -mu.reduce((sum, m, i) => sum + m * toMean(i, d), 0));
  const rows = Array.from({ length: values }, (_, i) => [
    ...precision.map((_, d) => toMean(i, d)),
    ...precision.map(() => 0),
  ]);
  return withWeights(linearModel(values, latent, sigma), {
    "encoder.posterior.weight": rows.flat(),
    "encoder.posterior.bias": [...biases, ...precision.map((p) => Math.log(sigma ** 2 / p))],
    "decoder.likelihood.weight": w.transpose().to1DArray(),
    "decoder.likelihood.bias": [...mu],
  });
}

function randomProblem(seed: number, values: number, latent: number): LinearGaussian {
  const next = uniform(seed);
  const random = () => 2 * next() - 1;
  const columns: number[][] = [];
  for (let d = 0; d < latent; d++) {
    let column = Array.from({ length: values }, random);
    for (const other of columns) {
      const overlap = dot(column, other) / dot(other, other);
      column = column.map((value, i) => value - overlap * other[i]!);
    }
    const length = (0.3 + 1.5 * next()) / Math.sqrt(dot(column, column));
    columns.push(column.map((value) => value * length));
  }
  const w = new Matrix(columns).transpose();
  return { w, mu: Array.from({ length: values }, random), sigma: 0.3 + next() };
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function datasetOfRows(rows: readonly (readonly number[])[]) {
  return dataset(Float32Array.from(rows.flat()), { shape: [rows[0]!.length] });
}

describe("a linear-Gaussian VAE", () => {
  it("has the exact likelihood when its encoder is the exact posterior", async () => {
    const problems = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      values: fc.integer({ min: 2, max: 9 }),
      latent: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(problems, async ({ seed, values, latent }) => {
        const problem = randomProblem(seed, values, latent);
        const next = uniform(seed + 1);
        const rows = Array.from({ length: 6 }, () =>
          problem.mu.map((mean) => Math.fround(mean + 3 * (next() - 0.5))),
        );
        const exact = exactLogLikelihood(problem, rows);
        const vae = exactVae(problem);
        const { perExample } = await vae.elbo(datasetOfRows(rows), { samples: 3 });
        const { logLikelihood, effectiveSampleSize } = await vae.importanceSampling(datasetOfRows(rows), {
          samples: 20,
        });
        for (const [row, expected] of exact.entries()) {
          expect(Math.abs(perExample.reconstruction[row]! - perExample.kl[row]! - expected)).toBeLessThan(
            1e-4,
          );
          expect(Math.abs(logLikelihood[row]! - expected)).toBeLessThan(1e-4);
          expect(effectiveSampleSize[row]).toBeCloseTo(20, 2);
        }
        await vae.dispose();
      }),
      { numRuns: 25 },
    );
  });

  it("has the likelihood and the bound of what was observed, where values are missing", async () => {
    const problem = randomProblem(9, 5, 2);
    const { w, mu, sigma } = problem;
    const next = uniform(3);
    const rows = Array.from({ length: 8 }, (_, row) =>
      mu.map((mean, i) => ((i + row) % 3 === 0 ? Number.NaN : Math.fround(mean + 3 * (next() - 0.5)))),
    );
    const complete = exactVae(problem);
    // Posteriors are wider where less is observed.
    const { layout, parameters } = complete.weights!;
    const { offset } = layout.parameters.slices.find(({ name }) => name === "encoder.posterior.bias")!;
    for (const d of [2, 3]) parameters[offset + d]! += Math.log(5);
    const fill = mu.map((each) => Math.fround(each) + 0.3);
    const model = { ...complete.model, missing: { fill, indicators: false } };
    const vae = new VAE([5, 2], { likelihood: "gaussian", sigma }, { model, weights: complete.weights! });
    const data = dataset(Float32Array.from(rows.flat()), { shape: [5], missing: true });
    const { mean, logVariance } = await vae.encode(data);
    const { perExample } = await vae.elbo(data, { samples: 20_000 });
    const { logLikelihood, effectiveSampleSize } = await vae.importanceSampling(data, { samples: 4000 });
    for (const [row, values] of rows.entries()) {
      const seen = [...values.keys()].filter((i) => !Number.isNaN(values[i]!));
      const marginal = {
        w: new Matrix(seen.map((i) => w.getRow(i))),
        mu: seen.map((i) => mu[i]!),
        sigma,
      };
      const [exact] = exactLogLikelihood(marginal, [seen.map((i) => values[i]!)]);
      expect(effectiveSampleSize[row]!).toBeGreaterThan(200);
      expect(Math.abs(logLikelihood[row]! - exact!)).toBeLessThan(4 / Math.sqrt(effectiveSampleSize[row]!));
      // E ln p(x|z) − KL of the encoder's q, in closed form.
      const q = [0, 1].map((d) => [mean[2 * row + d]!, Math.exp(logVariance[2 * row + d]!)] as const);
      const reconstruction = seen.reduce((sum, i) => {
        const error =
          values[i]! -
          mu[i]! -
          dot(
            w.getRow(i),
            q.map(([m]) => m),
          );
        const spread = q.reduce((total, [, v], d) => total + v * w.get(i, d) ** 2, 0);
        return sum - 0.5 * (LOG_2_PI + 2 * Math.log(sigma) + (error ** 2 + spread) / sigma ** 2);
      }, 0);
      const kl = q.reduce((sum, [m, v]) => sum + 0.5 * (m * m + v - 1 - Math.log(v)), 0);
      expect(Math.abs(perExample.kl[row]! - kl)).toBeLessThan(1e-4);
      expect(Math.abs(perExample.reconstruction[row]! - reconstruction)).toBeLessThan(0.1);
    }
    await vae.dispose();
  });

  it("is estimated within three standard errors after training", async () => {
    const truth = randomProblem(5, 6, 2);
    const next = uniform(77);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const rows = Array.from({ length: 400 }, () => {
      const z = Matrix.columnVector([normal(), normal()]);
      const mean = truth.w.mmul(z).to1DArray();
      return mean.map((value, i) => value + truth.mu[i]! + 0.5 * normal());
    });
    const vae = new VAE([6, 2], { likelihood: "gaussian", sigma: 0.5, batchSize: 50, learningRate: 1e-2 });
    await vae.train(datasetOfRows(rows), { maxIterations: 600 });
    const { layout, parameters } = vae.weights!;
    const tensor = (name: string) => {
      const { offset, shape } = layout.parameters.slices.find((slice) => slice.name === name)!;
      return Array.from(parameters.subarray(offset, offset + shape.reduce((a, b) => a * b, 1)));
    };
    const w = Matrix.from1DArray(2, 6, tensor("decoder.likelihood.weight")).transpose();
    const learnt = { w, mu: tensor("decoder.likelihood.bias"), sigma: 0.5 };
    const held = rows.slice(0, 100).map((row) => row.map(Math.fround));
    const exact = exactLogLikelihood(learnt, held);
    const { logLikelihood } = await vae.importanceSampling(datasetOfRows(held), { samples: 500 });
    const differences = exact.map((value, row) => logLikelihood[row]! - value);
    const mean = differences.reduce((sum, value) => sum + value, 0) / 100;
    const spread = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 99);
    expect(Math.abs(mean)).toBeLessThan((3 * spread) / 10);
    expect(spread).toBeLessThan(0.2);
    await vae.dispose();
  });
});

describe("a Bernoulli VAE whose decoder only sees the signs of z", () => {
  // Two steep sigmoids make four cells of equal prior probability, so ln p(x) is a sum over four cells.
  const steep = 1e6;
  const model: ModelConfig = {
    inputShape: [3],
    encoder: [],
    latent: 2,
    decoder: [
      { type: "dense", units: 2 },
      { type: "activation", activation: "sigmoid" },
    ],
    likelihood: { type: "bernoulli" },
  };
  const weight = [1.5, -2, 0.5, 1, 3, -1];
  const bias = [-0.5, 0.2, 0.1];
  const patterns = Array.from({ length: 8 }, (_, code) => [code & 1, (code >> 1) & 1, code >> 2]);
  const cells = patterns.map((x) =>
    [0, 1, 2, 3].map((cell) => {
      const signs = [cell & 1, cell >> 1];
      const logits = bias.map((b, i) => b + signs[0]! * weight[i]! + signs[1]! * weight[3 + i]!);
      return x.reduce((sum, value, i) => sum + value * logits[i]! - Math.log1p(Math.exp(logits[i]!)), 0);
    }),
  );
  const vae = withWeights(model, {
    // The posterior is not the prior, so that weights differ: N(0.3, 0.8²) and N(−0.2, 1.1²).
    "encoder.posterior.weight": Array(12).fill(0),
    "encoder.posterior.bias": [0.3, -0.2, 2 * Math.log(0.8), 2 * Math.log(1.1)],
    "decoder.0.weight": [steep, 0, 0, steep],
    "decoder.0.bias": [0, 0],
    "decoder.likelihood.weight": weight,
    "decoder.likelihood.bias": bias,
  });

  it("has the likelihood that summing over its cells gives", async () => {
    const samples = 100_000;
    const found = await vae.importanceSampling(datasetOfRows(patterns), { samples });
    for (const [row, logs] of cells.entries()) {
      const exact = Math.log(logs.reduce((sum, log) => sum + Math.exp(log) / 4, 0));
      // The standard error of ln of a mean of weights, by the delta method.
      const error = Math.sqrt(1 / found.effectiveSampleSize[row]! - 1 / samples);
      expect(Math.abs(found.logLikelihood[row]! - exact)).toBeLessThan(4.5 * error);
    }
    const total = found.logLikelihood.reduce((sum, log) => sum + Math.exp(log), 0);
    expect(total).toBeCloseTo(1, 2);
  });

  it("has a bound that rises with k, to the likelihood", async () => {
    const { curve, logLikelihood } = await vae.importanceSampling(datasetOfRows(patterns), { samples: 7000 });
    expect(curve.map(({ samples }) => samples)).toEqual([1, 5, 50, 500, 5000, 7000]);
    for (const { rise } of curve.slice(1))
      expect(rise!.mean).toBeGreaterThan(-3 * rise!.standardError - 1e-3);
    const mean = logLikelihood.reduce((sum, value) => sum + value, 0) / 8;
    expect(curve.at(-1)!.mean).toBeCloseTo(mean, 12);
    expect(curve[0]!.mean).toBeLessThan(mean - 0.01);
  });

  it("needs no more memory for more samples", async () => {
    await vae.importanceSampling(datasetOfRows(patterns), { samples: 2000 });
    const before = process.memoryUsage().rss;
    await vae.importanceSampling(datasetOfRows(patterns), { samples: 100_000 });
    // Keeping the draws alone would take 8 × 100,000 × 2 × 4 bytes = 6 MB, their decodings twice as much again.
    expect(process.memoryUsage().rss - before).toBeLessThan(16_000_000);
  });

  it("draws anew for what is left over after whole blocks", async () => {
    const sums = async (samples: number) => {
      const { logLikelihood } = await vae.importanceSampling(datasetOfRows(patterns), { samples });
      return logLikelihood.map((value) => samples * Math.exp(value));
    };
    const [part, block, both] = [await sums(250), await sums(1000), await sums(1250)];
    for (const [example, sum] of both.entries()) {
      expect(sum).toBeGreaterThan(block[example]!);
      expect(Math.abs(sum / (block[example]! + part[example]!) - 1)).toBeGreaterThan(1e-5);
    }
  });

  it("has the same first draws however many follow", async () => {
    // With 50 samples the point of the curve at 50 is their bound; with 99 it still is that of the first 50.
    const few = await vae.importanceSampling(datasetOfRows(patterns), { samples: 50 });
    const more = await vae.importanceSampling(datasetOfRows(patterns), { samples: 99 });
    expect(more.curve[2]!.mean).toBeCloseTo(few.curve[2]!.mean, 6);
    expect(more.logLikelihood).not.toEqual(few.logLikelihood);
  });
});
