import { describe, expect, it } from "vitest";
import { interpret } from "../../../test/reference/interpret.ts";
import * as g from "../../graph/build.ts";
import { Trace } from "../../nn/scope.ts";
import { collect, stripes } from "../../train/testing/tiny.ts";
import { VAE } from "../../vae/vae.ts";
import { type CodebookSettings, nearestCode, updateCodebook } from "./codebook.ts";

const SETTINGS: CodebookSettings = { codes: 3, dimensions: 2, update: "averages", decay: 0.9, revive: 0 };
const CODEBOOK = [0, 0, 4, 0, 0, 4];
const VECTORS = [1, 0.2, 3, 1, -1, 1, 0.5, 3];

/** What one training step does to the codebook. */
function updated(settings: CodebookSettings, usage: number[], revival = [0, 0, 0]) {
  const trace = new Trace({ training: true });
  const vectors = g.input("vectors", [4, 2]);
  const scope = trace.scope("posterior");
  const index = nearestCode(vectors, scope.state("codebook", [3, 2], 0));
  const perplexity = updateCodebook(scope, settings, vectors, index);
  const next = (name: string) => trace.states.get(`posterior.${name}`)!.next;
  const [codes, codebook, counts, spread] = interpret(
    [g.cast(index, "float32"), next("codebook"), next("usage"), perplexity],
    {
      vectors: VECTORS,
      "posterior.codebook": CODEBOOK,
      "posterior.usage": usage,
      "posterior.revival": revival,
    },
  );
  return { codes, codebook, counts, perplexity: spread![0]! };
}

describe("a codebook", () => {
  it("finds the nearest code of each vector, and moves codes to the average of theirs", () => {
    const { codes, codebook, counts, perplexity } = updated(SETTINGS, [2, 1, 1]);
    expect(Array.from(codes!)).toEqual([0, 1, 0, 2]);
    // Usage 0.9·2 + 0.1·2 = 2, sums 0.9·0 + 0.1·(1 − 1, 0.2 + 1).
    const expected = [0, 0.12 / 2, (0.9 * 4 + 0.3) / 1, 0.1, 0.05, 0.9 * 4 + 0.3];
    for (const [at, value] of expected.entries()) expect(codebook![at]).toBeCloseTo(value, 9);
    for (const [at, value] of [2, 1, 1].entries()) expect(counts![at]).toBeCloseTo(value, 9);
    expect(perplexity).toBeCloseTo(Math.exp(-(0.5 * Math.log(0.5) + 0.5 * Math.log(0.25))), 6);
  });

  it("replaces codes that are not used by vectors of the batch", () => {
    // Φ(−9) and Φ(9): the first vector and the last.
    const { codebook, counts } = updated({ ...SETTINGS, revive: 0.5 }, [4, 0.01, 0.01], [0, -9, 9]);
    expect(Array.from(codebook!.slice(2))).toEqual([1, 0.2, 0.5, 3]);
    for (const count of counts!.slice(1)) expect(count).toBeCloseTo(4 / 3, 9);
  });

  it("takes the first of equally near codes", () => {
    const [index] = interpret(
      [g.cast(nearestCode(g.input("vectors", [1, 2]), g.constant([1, 0, 1, 0, -1, 0], [3, 2])), "float32")],
      { vectors: [0, 0] },
    );
    expect(Array.from(index!)).toEqual([0]);
  });
});

describe.each(["averages", "gradient"] as const)("VQ-VAE with a codebook learned by %s", (update) => {
  const posterior = `vector-quantized:codes=8,dimensions=2,update=${update}` as const;

  it("learns the classes, logs its terms, and counts ln K of KL for each code", async () => {
    const data = stripes(256, 1);
    const vae = new VAE([16, 16, 4], { batchSize: 32, learningRate: 1e-2, posterior });
    const { of } = await collect(vae.trainingEvents(data, { maxIterations: 150 }));
    const [first, last] = [of("iteration")[0]!, of("iteration").at(-1)!];
    expect(last.reconstruction).toBeGreaterThan(first.reconstruction + 1);
    expect(Object.keys(last.penalties!)).toEqual(
      update === "gradient" ? ["commitment", "codebook"] : ["commitment"],
    );
    expect(last.measures!.perplexity).toBeGreaterThan(2);
    const { elbo, kl, reconstruction } = await vae.elbo(data);
    expect(kl).toBeCloseTo(2 * Math.log(8), 5);
    const likelihoods = await vae.logLikelihood(data);
    const mean = likelihoods.reduce((sum, each) => sum + each, 0) / likelihoods.length;
    expect(mean).toBeCloseTo(elbo, 4);
    expect(elbo).toBeCloseTo(reconstruction - kl, 5);
    await vae.dispose();
  });
});

it("quantises on the places where a convolutional encoder ends", async () => {
  const vae = new VAE(
    { network: "conv", inputShape: [4, 4, 1], channels: [3], kernel: 3, hidden: [], latent: 8 },
    { batchSize: 16, posterior: "vector-quantized:codes=4,dimensions=2" },
  );
  expect(vae.model.decoder[0]).toEqual({ type: "reshape", shape: [2, 2, 2] });
  await vae.train(stripes(64, 1), { maxIterations: 5 });
  const { mean } = await vae.encode(stripes(8, 2));
  const codes = new Set(Array.from({ length: 32 }, (_, at) => mean.subarray(2 * at, 2 * at + 2).join()));
  expect(codes.size).toBeLessThanOrEqual(4);
  await vae.dispose();
});

it("refuses what has no meaning with a sentence", () => {
  const posterior = "vector-quantized:codes=4,dimensions=2";
  expect(() => new VAE([16, 8, 4], { posterior, prior: "mixture" })).toThrow("leave the prior out");
  const conv = { network: "conv", inputShape: [4, 4, 1], channels: [3], kernel: 3, hidden: [] } as const;
  expect(() => new VAE({ ...conv, latent: 6 }, { posterior })).toThrow("give latent 8");
  const make = (latent: number, others: object) =>
    new VAE([16, 8, latent], { posterior, batchSize: 8, ...others });
  const train = (vae: VAE) => vae.train(stripes(16, 1), { maxIterations: 1 });
  return Promise.all([
    expect(train(make(5, {}))).rejects.toThrow("give latent 6"),
    expect(train(make(4, { objective: "iwae", latentSamples: 2 }))).rejects.toThrow("no draws to weigh"),
    expect(train(make(4, { freeBits: 1 }))).rejects.toThrow("splits neither by dimension"),
  ]);
});
