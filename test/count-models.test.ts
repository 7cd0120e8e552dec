import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, describe, expect, it } from "vitest";
import { DataError } from "../src/common/errors.ts";
import { dataset, subset } from "../src/data/dataset.ts";
import type { Column } from "../src/data/schema.ts";
import { storedRows } from "../src/data/testing/stored-rows.ts";
import { temporaryFolder } from "../src/data/testing/temporary-folder.ts";
import type { HyperparametersInput } from "../src/models/hyperparameters.ts";
import { drawNegativeBinomial, drawNormal } from "../src/nn/distributions/draws.ts";
import type { LikelihoodName } from "../src/nn/distributions/likelihood.ts";
import { VAE } from "../src/vae/vae.ts";
import { cells } from "./reference/gene-expression.ts";
import { uniform } from "./reference/random.ts";

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Decodes two points by a saved decoder in plain onnxruntime-node. @returns its outputs, the first being the mean */
async function decodedBy(folder: string, vae: VAE) {
  const session = await InferenceSession.create(await readFile(join(folder, "decoder.onnx")));
  const z = Float32Array.from({ length: 2 * vae.model.latent }, (_, i) => Math.sin(i));
  const outputs = await session.run({ z: new Tensor("float32", z, [2, vae.model.latent]) });
  const means = await vae.decode(z);
  for (const [i, value] of (outputs.x_mean!.data as Float32Array).entries())
    expect(Math.abs(value - means[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(means[i]!)));
  return Object.fromEntries(session.outputNames.map((name) => [name, outputs[name]!.dims]));
}

const trained: VAE[] = [];
afterAll(async () => {
  for (const vae of trained) await vae.dispose();
});

function vaeOf(architecture: readonly number[], hyperparameters: HyperparametersInput): VAE {
  const vae = new VAE(architecture, { batchSize: 100, learningRate: 3e-3, ...hyperparameters });
  trained.push(vae);
  return vae;
}

describe("on counts like those of gene expression", () => {
  const GENES = 60;
  const TYPES = 3;
  const all = cells({ cells: 900, genes: GENES, types: TYPES, inverseDispersion: 2, dropout: 0.3, seed: 2 });
  const train = subset(all, 0, 600, "train");
  const test = subset(all, 600, 900, "test");
  const models = new Map<string, VAE>();
  const trainedWith = async (likelihood: LikelihoodName) => {
    const known = models.get(likelihood);
    if (known) return known;
    const vae = vaeOf([GENES, 64, 5], { likelihood });
    await vae.train(train, { maxIterations: 400 });
    models.set(likelihood, vae);
    return vae;
  };
  const heldOut = async (vae: VAE) => mean(await vae.logLikelihood(test, { samples: 20 }));

  it("a zero-inflated negative binomial raises the ELBO and tells the types of cells apart", async () => {
    const beginner = vaeOf([GENES, 64, 5], { likelihood: "zero-inflated-negative-binomial" });
    await beginner.train(train, { maxIterations: 10 });
    const vae = await trainedWith("zero-inflated-negative-binomial");
    expect((await vae.elbo(test)).elbo).toBeGreaterThan((await beginner.elbo(test)).elbo + 20);

    const { mean: latent } = await vae.encode(test);
    const point = (cell: number) => latent.subarray(cell * 5, cell * 5 + 5);
    const cellsOf = (type: number) => [...test.labels!.keys()].filter((cell) => test.labels![cell] === type);
    const centres = Array.from({ length: TYPES }, (_, type) =>
      Array.from({ length: 5 }, (_, axis) => mean(cellsOf(type).map((cell) => point(cell)[axis]!))),
    );
    const nearest = [...test.labels!.keys()].map((cell) => {
      const distances = centres.map((centre) =>
        Math.hypot(...centre.map((c, axis) => c - point(cell)[axis]!)),
      );
      return distances.indexOf(Math.min(...distances));
    });
    expect(mean(nearest.map((type, cell) => Number(type === test.labels![cell])))).toBeGreaterThan(0.95);
  });

  it("each likelihood beats the one that it widens, on cells not seen", async () => {
    const poisson = await heldOut(await trainedWith("poisson"));
    const negativeBinomial = await heldOut(await trainedWith("negative-binomial"));
    const zeroInflated = await heldOut(await trainedWith("zero-inflated-negative-binomial"));
    expect(negativeBinomial).toBeGreaterThan(poisson + 100);
    expect(zeroInflated).toBeGreaterThan(negativeBinomial);
  });

  it("keeps the training data's median library size, with which it decodes and is opened again", async () => {
    const vae = await trainedWith("zero-inflated-negative-binomial");
    const sizes = new Float64Array(train.examples);
    for (const [index, count] of storedRows(train).entries()) sizes[Math.floor(index / GENES)]! += count;
    sizes.sort();
    const median = (sizes[299]! + sizes[300]!) / 2;
    expect(vae.model.likelihood).toEqual({
      type: "zero-inflated-negative-binomial",
      librarySize: "observed",
      dispersion: "perDimension",
      scale: median,
    });
    // Dropouts take their part of each mean, so that the means come to less than the library.
    const sums = (await vae.sample(50, { units: "model" })).reduce((sum, value) => sum + value, 0) / 50;
    expect(sums).toBeGreaterThan(0.5 * median);
    expect(sums).toBeLessThan(median);

    const folder = `${temporaryFolder()}/run`;
    await vae.save(folder);
    const again = await VAE.load(folder);
    trained.push(again);
    expect(again.model).toEqual(vae.model);
    expect(await again.reconstruct(test)).toEqual(await vae.reconstruct(test));
    expect((await again.elbo(test)).elbo).toBe((await vae.elbo(test)).elbo);
    const counts = await again.sample(5, { values: "draw" });
    expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    expect(await decodedBy(folder, vae)).toEqual({
      x_mean: [2, GENES],
      x_log_mean: [2, GENES],
      x_log_inverse_dispersion: [2, GENES],
      x_dropout_logits: [2, GENES],
    });
  });

  it("refuses values that are no counts, and says what mends it", async () => {
    const halves = dataset(Float32Array.of(0, 1.5, 2, 3), { shape: [2] });
    await expect(vaeOf([2, 2], { likelihood: "poisson" }).train(halves)).rejects.toThrow(
      new DataError(
        'rows have values like 1.5; a Poisson likelihood needs whole numbers from 0: pass `likelihood: "gaussian"`',
      ),
    );
  });
});

describe("on classes", () => {
  /** Two groups of rows; in each, the values have a favourite class each, taken nine times of ten. */
  const next = uniform(4);
  const FAVOURITES = [
    [0, 1, 2, 3, 0, 1],
    [3, 0, 1, 1, 2, 2],
  ];
  const rows = Int8Array.from({ length: 400 * 6 }, (_, i) => {
    const group = FAVOURITES[Math.floor(i / 6) % 2]!;
    return next() < 0.9 ? group[i % 6]! : Math.floor(next() * 4);
  });
  const indices = dataset(rows, { shape: [6] });
  const indicators = dataset(
    Int8Array.from({ length: rows.length * 4 }, (_, i) => Number(rows[i >> 2] === i % 4)),
    { shape: [6, 4] },
  );

  it("learns favourites from indices, with as many classes as the data have", async () => {
    const vae = vaeOf([6, 32, 2], { likelihood: "categorical" });
    await vae.train(indices, { maxIterations: 300 });
    expect(vae.model.likelihood).toEqual({ type: "categorical", encoding: "index", classes: 4 });
    // Knowing the group of each row, and nothing else, has this entropy.
    expect(await vae.sample(3, { values: "mode" })).toSatisfy((modes: Float32Array) =>
      modes.every((index) => Number.isInteger(index) && index < 4),
    );
    const favourite = 0.9 + 0.1 / 4;
    const entropy = -6 * (favourite * Math.log(favourite) + 3 * 0.025 * Math.log(0.025));
    expect((await vae.elbo(indices)).elbo).toBeGreaterThan(-entropy - Math.LN2 - 0.6);
  });

  it("learns the same from groups of indicators", async () => {
    const vae = vaeOf([24, 32, 2], { likelihood: "categorical", categories: "oneHot", classes: 4 });
    await vae.train(indicators, { maxIterations: 300 });
    const reconstructed = await vae.reconstruct(indicators, { units: "model" });
    const sums = Array.from({ length: 6 }, (_, group) =>
      reconstructed.subarray(group * 4, group * 4 + 4).reduce((sum, value) => sum + value, 0),
    );
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    const favoured = FAVOURITES[0]!.map((favourite, group) => reconstructed[group * 4 + favourite]!);
    expect(Math.min(...favoured)).toBeGreaterThan(0.5);
  });
});

describe("on a table of columns of all kinds", () => {
  const columns = [
    { kind: "real" },
    { kind: "categorical", classes: 3 },
    { kind: "count" },
    { kind: "binary" },
    { kind: "real" },
  ] as const satisfies readonly Column[];
  const next = uniform(9);
  /** Two kinds of people, who differ in everything. */
  const person = (tall: boolean) => [
    (tall ? 190 : 160) + 3 * drawNormal(next),
    tall ? 2 : Math.floor(2 * next()),
    drawNegativeBinomial(tall ? 40 : 4, 3, next),
    Number(next() < (tall ? 0.9 : 0.2)),
    0.001 * drawNormal(next),
  ];
  const values = Array.from({ length: 500 }, (_, i) => person(i % 2 === 0)).flat();
  const people = dataset(Float64Array.from(values), { shape: [5], columns });
  const [train, test] = [subset(people, 0, 400, "train"), subset(people, 400, 500, "test")];

  it("learns them together, keeps what the data are like, and opens again", async () => {
    const vae = vaeOf([5, 32, 2], { likelihood: "mixed" });
    await vae.train(train, { maxIterations: 20 });
    const early = (await vae.elbo(test)).elbo;
    await vae.train(train, { maxIterations: 400, seed: 1 });
    expect((await vae.elbo(test)).elbo).toBeGreaterThan(early + 2);
    expect(vae.model.likelihood).toEqual({
      type: "mixed",
      columns: [
        { kind: "real", center: expect.closeTo(175, 0), spread: expect.closeTo(15.3, 0) },
        { kind: "categorical", classes: 3 },
        { kind: "count", scale: expect.closeTo(22, -1) },
        { kind: "binary" },
        { kind: "real", center: expect.closeTo(0, 3), spread: expect.closeTo(0.001, 3) },
      ],
    });

    const reconstructed = await vae.reconstruct(test);
    const column = (index: number, parity: number) =>
      mean([...reconstructed].filter((_, i) => i % 5 === index && Math.floor(i / 5) % 2 === parity));
    expect(column(0, 0)).toBeGreaterThan(180);
    expect(column(0, 1)).toBeLessThan(170);
    expect(column(2, 0)).toBeGreaterThan(column(2, 1) * 3);

    const folder = `${temporaryFolder()}/run`;
    await vae.save(folder);
    const again = await VAE.load(folder);
    trained.push(again);
    expect(again.model).toEqual(vae.model);
    expect(await again.reconstruct(test)).toEqual(reconstructed);
    for (const values of ["draw", "mode"] as const) {
      const drawn = await again.sample(20, { values });
      expect(drawn.every((value, i) => i % 5 === 0 || i % 5 === 4 || Number.isInteger(value))).toBe(true);
    }
    expect(await decodedBy(folder, vae)).toEqual({
      x_mean: [2, 5],
      x_log_variance: [2, 5],
      x_log_inverse_dispersion: [2, 5],
      x_logits: [2, 3, 5],
    });
    const plain = Float64Array.from(values.slice(0, 10));
    expect((await again.logLikelihood(plain, { samples: 5 })).every(Number.isFinite)).toBe(true);
  });

  it("refuses rows that are not what their columns say", async () => {
    const strange = Float64Array.of(180, 3, 5, 1, 0);
    expect(() => dataset(strange, { shape: [5], columns })).toThrow(
      new DataError(
        "data: row 0, column 1 (counted from 0) is 3; a categorical column of 3 classes needs whole numbers from 0 to 2",
      ),
    );
    expect(() => dataset(strange, { shape: [5], columns: columns.slice(1) })).toThrow(
      new DataError("data has 4 columns described; rows have 5 values"),
    );
    await expect(vaeOf([5, 4, 2], { likelihood: "mixed", batchSize: 1 }).train(strange)).rejects.toThrow(
      "likelihood is mixed but the data do not say what their columns are",
    );
  });
});
