import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { exampleValues } from "../data/dataset.ts";
import { refusingOnce } from "../runtime/testing/refusing-runtime.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "./vae.ts";

const test = stripes(1203, 7);
const vae = new VAE([16, 12, 2], { batchSize: 16, learningRate: 1e-2 });

beforeAll(async () => {
  await vae.train(stripes(), { maxIterations: 300 });
});

describe("VAE", () => {
  it("keeps the shape of the data it was trained on", () => {
    expect(vae.model.inputShape).toEqual([4, 4, 1]);
  });

  it("can be trained after a training that could not begin, but not twice at once", async () => {
    const runtime = refusingOnce(await vae.engine());
    const other = new VAE([16, 4, 2], { batchSize: 16 }, { runtime });
    await expect(other.train(stripes(), { maxIterations: 1 })).rejects.toThrow("no memory");
    const first = other.train(stripes(), { maxIterations: 1 });
    await expect(other.train(stripes(), { maxIterations: 1 })).rejects.toThrow("being trained already");
    await expect(first).resolves.toMatchObject({ iterations: 1 });
  });

  it("follows data smaller than the default batch, and refuses a batch that was asked for and is not filled", async () => {
    const small = new VAE([16, 8, 2]);
    await small.train(stripes(50), { maxIterations: 3, validation: stripes(7, 3) });
    expect(small.hyperparameters.batchSize).toBe(50);
    await small.train(stripes(300), { maxIterations: 1 });
    expect(small.hyperparameters.batchSize).toBe(128);
    await small.train(stripes(1), { maxIterations: 1 });
    expect(small.hyperparameters.batchSize).toBe(1);
    const asked = new VAE([16, 8, 2], { batchSize: 128 });
    await expect(asked.train(stripes(50), { maxIterations: 1 })).rejects.toThrow(
      "batchSize is 128 but stripes has 50 examples to train on: give at most that, or leave it out",
    );
  });

  it("encodes any number of rows, one as all: chunks do not show", async () => {
    const { mean, logVariance } = await vae.encode(test);
    expect(mean.length).toBe(1203 * 2);
    const rows = exampleValues(test, [0, 700, 1202]);
    for (const [position, index] of [0, 700, 1202].entries()) {
      const one = await vae.encode(rows.slice(position * 16, (position + 1) * 16));
      for (let d = 0; d < 2; d++) {
        expect(one.mean[d]).toBeCloseTo(mean[index * 2 + d]!, 4);
        expect(one.logVariance[d]).toBeCloseTo(logVariance[index * 2 + d]!, 4);
      }
    }
  });

  it("takes rows as arrays of either kind, and points too", async () => {
    const rows = [0, 1, 2].map((index) => exampleValues(test, [index]));
    const { mean } = await vae.encode(rows);
    expect(await vae.encode(rows.map((row) => Array.from(row)))).toMatchObject({ mean });
    const points = [0, 1, 2].map((index) => mean.subarray(2 * index, 2 * index + 2));
    expect(await vae.decode(points)).toEqual(await vae.decode(mean));
    expect(await vae.decode(Float64Array.from(mean))).toEqual(await vae.decode(mean));
  });

  it("ends calls under way before it lets go of the engine, and starts again", async () => {
    const whole = await vae.encode(test);
    const [underWay] = await Promise.all([vae.encode(test), vae.dispose()]);
    expect(underWay).toEqual(whole);
    const disposed = vae.dispose();
    expect(await vae.encode(test)).toEqual(whole);
    await disposed;
  });

  it("tells the bound of an importance-weighted training", async () => {
    const weighted = new VAE([16, 4, 2], { batchSize: 16, objective: "iwae", latentSamples: 3 });
    const { bound, elbo } = await weighted.train(stripes(), { maxIterations: 3 });
    expect(bound).toBeGreaterThan(elbo!);
  });

  it("reconstructs rows it knows: the bright row is where it was", async () => {
    const pictures = await vae.reconstruct(test, { units: "model" });
    let right = 0;
    for (let example = 0; example < test.examples; example++) {
      const rows = [0, 1, 2, 3].map((row) =>
        pictures
          .slice(example * 16 + row * 4, example * 16 + row * 4 + 4)
          .reduce((sum, pixel) => sum + pixel, 0),
      );
      if (rows.indexOf(Math.max(...rows)) === test.labels![example]) right++;
    }
    expect(right / test.examples).toBeGreaterThan(0.95);
  });

  it("samples in [0, 1], the same for the same seed", async () => {
    const samples = await vae.sample(9, { seed: 3 });
    expect(samples.length).toBe(9 * 16);
    expect(samples.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true);
    expect(await vae.sample(9, { seed: 3 })).toEqual(samples);
    expect(await vae.sample(9, { seed: 4 })).not.toEqual(samples);
    const still = await vae.sample(2, { temperature: 0 });
    expect(still.slice(0, 16)).toEqual(still.slice(16));
  });

  it("bounds the likelihood from below, tighter with more samples", async () => {
    const { elbo, reconstruction, kl, examples } = await vae.elbo(test, { samples: 10 });
    expect(examples).toBe(1203);
    expect(elbo).toBeCloseTo(reconstruction - kl, 10);
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [one, many] = [
      mean(await vae.logLikelihood(test, { samples: 1 })),
      mean(await vae.logLikelihood(test, { samples: 120 })),
    ];
    expect(Math.abs(one - elbo)).toBeLessThan(0.15);
    expect(many).toBeGreaterThan(one);
  });

  it("estimates the likelihood that exact integration over the plane gives", async () => {
    const few = exampleValues(test, { start: 0, end: 5 });
    const estimates = await vae.logLikelihood(few, { samples: 4000 });
    const integrals = await logEvidence(few);
    for (const [index, estimate] of estimates.entries()) expect(estimate).toBeCloseTo(integrals[index]!, 1);
  });

  it("refuses what it cannot do, in one sentence", async () => {
    await expect(new VAE([16, 2]).encode(test)).rejects.toThrow(
      new ConfigError("this model has no weights yet: train it, or load one with VAE.load"),
    );
    expect(() => new VAE([784, 0, 2])).toThrow(
      "the architecture has a layer of size 0: sizes must be positive integers",
    );
    expect(() => new VAE([784, 1.5, 2])).toThrow("layer of size 1.5");
    expect(() => new VAE([784])).toThrow("at least two sizes");
    expect(() => new VAE({ encoder: [16, 2], decoder: [3, 16] })).toThrow("the decoder goes from 3 to 16");
    expect(() => new VAE([16, 2], { activation: "elo" as "elu" })).toThrow(
      /^activation is "elo": it must be one of elu, relu, .*; did you mean elu\?$/,
    );
    expect(() => new VAE([16, 2], { batchsize: 3 } as object)).toThrow(
      "there is no setting batchsize: did you mean batchSize?",
    );
    expect(() => new VAE([16, 2], { keepProbability: 0 })).toThrow(
      "keepProbability is 0: it must be a probability above 0, at most 1",
    );
    await expect(vae.decode(new Float32Array(3))).rejects.toThrow(
      "3 latent values were given: points need 2 each",
    );
    await expect(vae.decode(new Map() as unknown as Float32Array)).rejects.toThrow(
      "a latent point was looked for in a Map: give an array of arrays of 2 numbers",
    );
    await expect(vae.sample(0)).rejects.toThrow("n is 0: it must be a positive integer");
    await expect(vae.sample(1, { values: "Mean" as "mean" })).rejects.toThrow(
      'values is "Mean": it must be one of mean, mode, draw; did you mean mean?',
    );
    await expect(vae.train(stripes(), { seed: 2 ** 53 })).rejects.toThrow(
      "a whole number up to 9007199254740991",
    );
  });

  it.each<[unknown, string]>([
    [null, "the architecture is null: it must be sizes as in [784, 500, 50], "],
    [{ encoder: [16, 2] }, "decoder is missing: it must be a list of positive integers"],
    [{ encoder: [16, 2], decoder: [2, 16], latents: 3 }, "there is no setting latents"],
    [{ network: "conv" }, "inputShape is missing: it must be "],
    [{ network: "cnn", inputShape: [4, 4, 1], latent: 2 }, 'network is "cnn": it must be conv'],
  ])("refuses the architecture %o", (architecture, sentence) => {
    expect(() => new VAE(architecture as [number, number])).toThrow(ConfigError);
    expect(() => new VAE(architecture as [number, number])).toThrow(sentence);
  });

  it("binarises probabilities only", async () => {
    const counts = Float32Array.from({ length: 32 * 16 }, (_, index) => index % 7);
    const settings = { batchSize: 16, likelihood: "poisson", binarize: "always" } as const;
    const sentence = "rows have values from 0 to 6; to be made 0 or 1 at random they must be probabilities";
    await expect(new VAE([16, 2], settings).train(counts)).rejects.toThrow(sentence);
    const binary = new VAE([16, 2], settings);
    await binary.train(
      counts.map((count) => Math.min(1, count)),
      { maxIterations: 1 },
    );
    await expect(binary.elbo(counts)).rejects.toThrow(sentence);
  });
});

/** ln p(x) by the trapezoid rule over the latent plane, from the library's own decoder. */
async function logEvidence(rows: Float32Array): Promise<number[]> {
  const side = 161;
  const at = (index: number) => ((index - (side - 1) / 2) * 10) / (side - 1);
  const z = Float32Array.from({ length: side * side * 2 }, (_, i) =>
    at(i % 2 === 0 ? Math.floor(i / 2) % side : Math.floor(i / 2 / side)),
  );
  const means = await vae.decode(z);
  const area = (10 / (side - 1)) ** 2;
  return Array.from({ length: rows.length / 16 }, (_, example) => {
    let evidence = 0;
    for (let point = 0; point < side * side; point++) {
      let log = -0.5 * (z[2 * point]! ** 2 + z[2 * point + 1]! ** 2) - Math.log(2 * Math.PI);
      for (let pixel = 0; pixel < 16; pixel++) {
        const [x, p] = [rows[example * 16 + pixel]!, means[point * 16 + pixel]!];
        log += x * Math.log(p) + (1 - x) * Math.log1p(-p);
      }
      evidence += Math.exp(log) * area;
    }
    return Math.log(evidence);
  });
}
