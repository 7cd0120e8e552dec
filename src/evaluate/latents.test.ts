import { beforeAll, describe, expect, it } from "vitest";
import { draws, normals } from "../../test/reference/normals.ts";
import { ConfigError } from "../common/errors.ts";
import { dataset } from "../data/dataset.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { evaluateLatents } from "./latents.ts";
import { comparePca } from "./pca.ts";

const data = { train: stripes(400, 1), data: stripes(200, 2) };

async function trained(hyperparameters: object): Promise<VAE> {
  const vae = new VAE([16, 12, 2], { batchSize: 16, learningRate: 1e-2, ...hyperparameters });
  await vae.train(data.train, { maxIterations: 300 });
  return vae;
}

describe("evaluateLatents", () => {
  let vae: VAE;
  beforeAll(async () => {
    vae = await trained({});
  });

  it.each(["never", "always"] as const)(
    "splits the ELBO's KL, with pixels binarised %s",
    async (binarize) => {
      const model = await trained({ binarize });
      const { mutualInformation, marginalKl, aggregateExamples } = await evaluateLatents(model, data);
      const { kl } = await model.elbo(data.data);
      expect(aggregateExamples).toBe(200);
      expect(mutualInformation + marginalKl).toBeCloseTo(kl, 4);
      expect(mutualInformation).toBeGreaterThan(0.5);
      expect(mutualInformation).toBeLessThan(Math.log(200));
    },
  );

  it("reads labels off a latent space that tells them apart", async () => {
    const found = await evaluateLatents(vae, data);
    expect(found.knnAccuracy).toBeGreaterThan(0.95);
    expect(found.probeAccuracy).toBeGreaterThan(0.95);
    expect(found.majorityAccuracy).toBe(0.25);
    expect(found).toMatchObject({ referenceExamples: 400, guessedExamples: 200 });
  });

  it("has no accuracies without labels", async () => {
    const { labels: _, ...unlabelled } = data.data;
    expect(await evaluateLatents(vae, { ...data, data: unlabelled })).not.toHaveProperty("probeAccuracy");
    expect(await comparePca(vae, { ...data, data: unlabelled })).not.toHaveProperty("knnAccuracy");
  });

  it("repeats itself for a seed, says how far it is, and stops when told to", async () => {
    const steps: number[] = [];
    const first = await evaluateLatents(vae, { ...data, seed: 4, onProgress: (done) => steps.push(done) });
    expect(await evaluateLatents(vae, { ...data, seed: 4 })).toEqual(first);
    expect(steps).toEqual([1, 2, 3]);
    const signal = AbortSignal.abort();
    await expect(evaluateLatents(vae, { ...data, signal })).rejects.toThrow(/abort/i);
    await expect(comparePca(vae, { ...data, signal })).rejects.toThrow(/abort/i);
  });

  it("refuses a deterministic autoencoder", async () => {
    await expect(evaluateLatents(await trained({ deterministic: true }), data)).rejects.toThrow(ConfigError);
  });
});

describe("comparePca", () => {
  const VALUES = 8;
  const normal = normals(50);
  // Two strong directions, and noise.
  const rows = draws(VALUES * 1000, normal).map((noise, at) => {
    const example = Math.floor(at / VALUES);
    return 0.3 * noise + Math.sin(example) * (at % VALUES) * 0.4 + Math.cos(5 * example) * (at % 3);
  });
  const real = dataset(rows, { shape: [VALUES] });

  it("has the likelihood and the error that no linear model of as many dimensions can beat", async () => {
    // Judged on what both are fitted to, PCA is the optimum (Tipping & Bishop 1999; Lucas et al. 2019).
    const vae = new VAE([VALUES, 2], {
      likelihood: "gaussian",
      sigma: "shared",
      batchSize: 50,
      learningRate: 1e-2,
    });
    await vae.train(real, { maxIterations: 2000 });
    const pca = await comparePca(vae, { train: real, data: real });
    const likelihoods = await vae.logLikelihood(real, { samples: 200 });
    const mean = likelihoods.reduce((sum, each) => sum + each, 0) / likelihoods.length;
    expect(pca!.logLikelihood! - mean).toBeGreaterThan(-0.01);
    expect(pca!.logLikelihood! - mean).toBeLessThan(0.3);
    expect(pca!.vaeSquaredError).toBeGreaterThan(pca!.squaredError);
    expect(pca!.squaredErrorStandardError).toBeGreaterThan(0);
    expect(pca).toMatchObject({ components: 2, fittedExamples: 1000 });
  });

  it("measures the decoding of the posterior mean, and compares no density with probabilities", async () => {
    const vae = await trained({});
    const pca = await comparePca(vae, data);
    const rebuilt = await vae.reconstruct(data.data);
    let square = 0;
    for (const [at, value] of storedRows(data.data).entries()) square += (value / 255 - rebuilt[at]!) ** 2;
    expect(pca!.vaeSquaredError).toBeCloseTo(square / 200, 6);
    expect(pca).not.toHaveProperty("logLikelihood");
  });

  it("is undefined where there are fewer values than latent dimensions", async () => {
    const narrow = dataset(Float32Array.of(0, 1, 1, 0, 1, 1), { shape: [2] });
    const vae = new VAE([2, 4, 3], { likelihood: "gaussian", batchSize: 3 });
    await vae.train(narrow, { maxIterations: 1 });
    expect(await comparePca(vae, { train: narrow, data: narrow })).toBeUndefined();
  });
});
