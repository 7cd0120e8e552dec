import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { writeTinyData } from "../cli/testing/tiny-data.ts";
import { exampleValues } from "../data/dataset.ts";
import { openData } from "../data/open.ts";
import { temporaryFolder } from "../data/testing/temporary-folder.ts";
import { priorDraws } from "../evaluate/prior.ts";
import type { HyperparametersInput } from "../models/hyperparameters.ts";
import { maximumMeanDiscrepancy } from "../numerics/mmd.ts";
import { RUN_FILES } from "../run/paths.ts";
import { VAE } from "../vae/vae.ts";
import { drawSamples } from "./draw-samples.ts";
import { evaluateRun } from "./evaluate.ts";
import { openRun, type TrainedRun } from "./open.ts";
import { sourceOf } from "./samplers/codes.ts";
import { flow } from "./samplers/flow.ts";
import { gmm } from "./samplers/gmm.ts";
import { twoStage } from "./samplers/two-stage.ts";
import type { Watch } from "./watch.ts";

const dataOf = ({ directory }: TrainedRun) => join(directory, "..", "tiny");
const watch: Watch = (_label, _unit, work) => work({});

async function trainedRun(settings: HyperparametersInput, latent: number): Promise<TrainedRun> {
  const folder = temporaryFolder();
  writeTinyData(join(folder, "tiny"));
  const { train } = await openData(join(folder, "tiny"));
  const vae = new VAE([64, 32, latent], { batchSize: 50, learningRate: 3e-3, ...settings });
  await vae.train(train, { maxIterations: 150 });
  await vae.save(join(folder, "run"));
  await vae.dispose();
  return openRun(join(folder, "run"));
}

/** MMD² between samples and training examples. */
async function distance(run: TrainedRun, samples: ArrayLike<number>): Promise<number> {
  const { train } = await openData(dataOf(run));
  const rows = exampleValues(train, { start: 0, end: 100 });
  return maximumMeanDiscrepancy(Float64Array.from(samples), Float64Array.from(rows), 64, uniform(1)).squared;
}

describe("samplers of a plain autoencoder", () => {
  it("draw points distributed as its codes, by the seed, and refuse what has no meaning", async () => {
    const run = await trainedRun({ deterministic: true }, 3);
    const { train } = await openData(dataOf(run));
    const codes = Float64Array.from((await run.vae.encode(train)).mean).subarray(0, 300);
    const farness = (points: Float32Array) =>
      maximumMeanDiscrepancy(Float64Array.from(points), codes, 3, uniform(1)).squared;
    const normal = await priorDraws(sourceOf(run.vae), 100, { seed: 0 });
    const sampling = { run, seed: 1, watch, examples: async () => train };
    const drawn = {
      gmm: () => gmm.points({ type: "gmm", components: 4 }, 100, sampling),
      flow: () => flow.points({ type: "flow", steps: 4, hidden: 32, iterations: 200 }, 100, sampling),
      second: () => twoStage.points({ type: "two-stage", hidden: 32, iterations: 250 }, 100, sampling),
    };
    for (const draw of Object.values(drawn)) {
      const points = await draw();
      expect(await draw()).toEqual(points);
      expect(farness(points)).toBeLessThan(0.5 * farness(normal));
    }
    const refused = (options: object) => drawSamples(run, 2, { watch, data: dataOf(run), ...options });
    await expect(refused({ from: "vamp" })).rejects.toThrow("codes are points");
    await expect(refused({ from: "autoregressive" })).rejects.toThrow("not made of codes");
    await expect(refused({ from: "gmm", temperature: 0.5 })).rejects.toThrow("leave out --temperature");
    await expect(refused({ from: "gmn" })).rejects.toThrow("one of gmm, flow");
    await run.vae.dispose();
  });
});

it("draws from the posteriors of training examples", async () => {
  const run = await trainedRun({}, 3);
  const samples = await drawSamples(run, 50, {
    from: "vamp:components=100",
    watch,
    data: dataOf(run),
    units: "model",
  });
  expect(await distance(run, samples)).toBeLessThan(0.1);
  await run.vae.dispose();
});

it("draws codes from an autoregressive prior, which it keeps in the run", async () => {
  const run = await trainedRun({ posterior: "vector-quantized:codes=8,dimensions=2" }, 8);
  const uniformly = await drawSamples(run, 50, { from: "prior", watch, data: dataOf(run), units: "model" });
  const from = "autoregressive:iterations=150";
  const samples = await drawSamples(run, 50, { from, watch, data: dataOf(run), units: "model" });
  expect(await distance(run, samples)).toBeLessThan(0.5 * (await distance(run, uniformly)));
  const file = join(run.directory, RUN_FILES.codePrior);
  const { mtimeMs } = await stat(file);
  // By default for codes, and without fitting again.
  expect(await drawSamples(run, 50, { watch, data: dataOf(run), units: "model" })).toEqual(samples);
  expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  await writeFile(file, "damaged");
  const request = {
    split: "test",
    samples: 5,
    nllExamples: 5,
    latents: false,
    pca: false,
    seed: 0,
    data: dataOf(run),
  } as const;
  expect((await evaluateRun(run, { ...request, watch, data: dataOf(run) })).record.fittedCodeKl).toBeNull();
  await rm(file);
  await drawSamples(run, 2, { from, watch, data: dataOf(run) });
  const { record } = await evaluateRun(run, { ...request, watch, data: dataOf(run) });
  expect(record.kl).toBeCloseTo(4 * Math.log(8), 4);
  expect(record.fittedCodeKl).toBeLessThan(record.kl - 2);
  expect(record.nllIsBound).toBe(true);
  await run.vae.dispose();
});
