import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VAE } from "../vae/vae.ts";
import { records, vaekit } from "./testing/command-line.ts";
import { TINY_SIDE, tinyPixels, writeTinyData } from "./testing/tiny-data.ts";

const SCALE = 510;
const SEED = 7;
const TEST_EXAMPLES = 60;

let folder = "";
let trained: Record<string, unknown>;
let resumed: Record<string, unknown>;

/** The last record of a command that has nothing to complain of. */
async function resultOf(...words: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await vaekit(folder, ...words, "--json");
  expect({ code, stderr: stderr.replace(/^vaekit: the likelihood has not converged: .*\n/, "") }).toEqual({
    code: 0,
    stderr: "",
  });
  return records(stdout).at(-1)!;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-scale-"));
  writeTinyData(join(folder, "tiny"));
  const sizes = ["--hidden", "16", "--latent", "2", "--batch-size", "25", "--max-iterations", "40"];
  const own = ["--scale", String(SCALE), "--seed", String(SEED)];
  trained = await resultOf("train", "tiny", ...sizes, ...own, "--out", "run");
  resumed = await resultOf("train", "--resume", "run", "--max-iterations", "60");
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("a run with a scale and a seed of its own", () => {
  const evaluate = (seed: number) => {
    const words = ["--quick", "--samples", "10", "--nll-examples", "10"];
    return resultOf("evaluate", "run", ...words, "--seed", String(seed));
  };

  it("is evaluated with both, after training and later", async () => {
    expect([trained.iterations, resumed.iterations]).toEqual([40, 60]);
    const { elbo, reconstruction, kl, ...one } = await evaluate(SEED);
    expect({ elbo, reconstruction, kl }).toEqual({
      elbo: resumed.elbo,
      reconstruction: resumed.reconstruction,
      kl: resumed.kl,
    });
    const other = await evaluate(0);
    expect(other.elbo).not.toBe(elbo);
    expect(other.nll).not.toBe(one.nll);
  });

  it("encodes what its scale makes of the data", async () => {
    const vae = await VAE.load(join(folder, "run"));
    const values = Float32Array.from(tinyPixels(TEST_EXAMPLES), (value) => value / SCALE);
    const { mean } = await vae.encode(values);
    await vae.dispose();
    expect(values.length).toBe(TEST_EXAMPLES * TINY_SIDE ** 2);
    for (const split of ["test", "all"]) {
      const { stdout } = await vaekit(folder, "encode", "run", "tiny", "--split", split, "--json");
      const means = records(stdout)
        .filter(({ type }) => type === "encoding")
        .slice(-TEST_EXAMPLES)
        .flatMap((record) => record.mean as number[]);
      expect(means).toHaveLength(mean.length);
      for (const [at, value] of means.entries()) expect(value).toBeCloseTo(mean[at]!, 4);
    }
  });
});
