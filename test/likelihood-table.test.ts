import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { readFlags } from "../src/cli/flags.ts";
import { hyperparameterFlags } from "../src/cli/setting-flags.ts";
import { dataset, subset } from "../src/data/dataset.ts";
import { temporaryFolder } from "../src/files/testing/folder.ts";
import { input } from "../src/graph/build.ts";
import { hyperparameters } from "../src/models/hyperparameters.ts";
import { modelSchema } from "../src/models/schema/model.ts";
import { LIKELIHOODS, likelihoodOf, ruleOf } from "../src/nn/distributions/likelihood.ts";
import { Trace } from "../src/nn/scope.ts";
import { VAE } from "../src/vae/vae.ts";
import { interpret } from "./reference/interpret.ts";
import { uniform } from "./reference/random.ts";

/** The table with one more row; nothing else is changed. */
vi.mock("../src/nn/distributions/likelihood-table.ts", async (original) => {
  const { likelihoodTable } = (await original()) as { likelihoodTable: object };
  const { exponentialRule } = await import("../src/nn/distributions/testing/exponential.ts");
  return { likelihoodTable: { ...likelihoodTable, exponential: exponentialRule } };
});

const WIDTH = 5;
const type = "exponential" as never;
const likelihood = { type, unit: 2 } as never;

/** Exponential values around a mean of 3, as each row's own rate has it. */
function waits() {
  const next = uniform(11);
  const rows = Float32Array.from({ length: 256 * WIDTH }, (_, i) => {
    const mean = (i / WIDTH) % 2 < 1 ? 1 : 5;
    return -mean * Math.log(1 - next());
  });
  return dataset(rows, { shape: [WIDTH] });
}

describe("a likelihood that only the table knows", () => {
  it("is among the names, the settings, the flags and the schema of models", () => {
    expect(LIKELIHOODS).toContain(type);
    const nested = hyperparameters.parse({ likelihood });
    expect(nested.likelihood).toEqual({ type, unit: 2 });
    expect(hyperparameters.parse({ likelihood: type, unit: 2 } as never)).toEqual(nested);
    expect(() => hyperparameters.parse({ likelihood: { type, unit: -1 } as never })).toThrow(
      "likelihood.unit is -1: it must be a number above 0",
    );
    expect(readFlags(hyperparameterFlags, { unit: "2", likelihood: type } as never)).toMatchObject({
      unit: 2,
      likelihood: type,
    });
    const { model } = new VAE([WIDTH, 2], { likelihood });
    expect(modelSchema.parse(model)).toEqual(model);
  });

  it("has a density that integrates to 1", () => {
    const [points, step] = [40_000, 1e-3];
    const trace = new Trace({ training: false });
    const output = input("output", [1, 1]);
    const x = input("x", [points, 1]);
    const made = likelihoodOf(trace.scope("likelihood"), output, { type, unit: 2, mean: 0.7 } as never, {
      inputShape: [1],
    });
    const values = Float64Array.from({ length: points }, (_, i) => (i + 0.5) * step);
    const [logProb, mean] = interpret([made.logProb(x), made.mean], { output: [0.3], x: values });
    const density = Array.from(logProb!, (each) => Math.exp(each) * step);
    const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
    expect(sum(density)).toBeCloseTo(1, 5);
    expect(sum(density.map((each, i) => each * values[i]!))).toBeCloseTo(mean![0]!, 3);
  });

  it("takes what it needs from the data, trains, scores, draws, is saved and loaded", async () => {
    const data = waits();
    const vae = new VAE([WIDTH, 16, 2], { batchSize: 64, likelihood });
    const first = await vae.train(data, { maxIterations: 1, seed: 3 });
    const last = await vae.train(data, { maxIterations: 20, seed: 4 });
    expect(last.elbo!).toBeGreaterThan(first.elbo!);
    const { mean } = vae.model.likelihood as unknown as { mean: number };
    expect(mean).toBeCloseTo(3, 0);
    const scores = await vae.score(subset(data, 0, 20), { samples: 10 });
    expect(scores.logLikelihood.every(Number.isFinite)).toBe(true);
    const draws = await vae.sample(100, { values: "draw" });
    expect(draws.every((each) => each >= 0 && Number.isFinite(each))).toBe(true);
    await expect(vae.elbo(new Float32Array(WIDTH).fill(-1))).rejects.toThrow(
      `${ruleOf({ type }).title} needs`,
    );

    const directory = join(await temporaryFolder(), "run");
    await vae.save(directory);
    const z = Float32Array.of(0.5, -1);
    const decoded = await vae.decode(z);
    await vae.dispose();
    const loaded = await VAE.load(directory);
    expect(loaded.hyperparameters.likelihood).toEqual({ type, unit: 2 });
    expect(loaded.model.likelihood).toEqual({ type, unit: 2, mean });
    expect(await loaded.decode(z)).toEqual(decoded);
    await loaded.dispose();
  });
});
