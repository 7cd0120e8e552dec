import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import type { Column } from "../data/schema.ts";
import { VAE } from "./vae.ts";
import "../tasks/node-platform.ts";

const EXAMPLES = 300;
const MEAN = 1.7e9;

/** Times around a mean, and a column that follows them. */
function rows(): Float64Array {
  const values = new Float64Array(EXAMPLES * 2);
  for (let i = 0; i < EXAMPLES; i++) {
    const t = Math.sin(i * 12.9898) * Math.SQRT2;
    values.set([MEAN + 10 * t, t], 2 * i);
  }
  return values;
}

const REALS: readonly Column[] = [{ kind: "real" }, { kind: "real" }];

describe.each([
  { likelihood: "mixed", standardize: false, columns: REALS },
  { likelihood: "mixed", standardize: true, columns: REALS },
  { likelihood: "gaussian", standardize: true, columns: undefined },
] as const)("$likelihood, standardize $standardize", ({ likelihood, standardize, columns }) => {
  it("keeps what varies around a large mean, after a way through a folder, too", async () => {
    const data = dataset(rows(), { shape: [2], columns, standardize });
    const settings = { likelihood, batchSize: 50, learningRate: 1e-2 } as const;
    const vae = new VAE(
      [2, 16, 1],
      likelihood === "gaussian" ? { ...settings, sigma: "calibrated" } : settings,
    );
    await vae.train(data, { maxIterations: 500, seed: 1 });
    const made = await vae.reconstruct(data);
    expect(made).toBeInstanceOf(Float64Array);
    const error = Math.sqrt(
      mean(
        Array.from({ length: EXAMPLES }, (_, i) => (made[2 * i]! - data.storage.range(i, i + 1)[0]!) ** 2),
      ),
    );
    // The deviation is 10.
    expect(error).toBeLessThan(4);
    const drawn = await vae.sample(400, { seed: 3, values: "draw" });
    const times = Array.from({ length: 400 }, (_, i) => drawn[2 * i]! - MEAN);
    expect(Math.abs(mean(times))).toBeLessThan(3);
    const deviation = Math.sqrt(mean(times.map((each) => each ** 2)));
    expect(deviation).toBeGreaterThan(5);
    expect(deviation).toBeLessThan(16);

    const folder = await mkdtemp(join(tmpdir(), "vaekit-"));
    try {
      await vae.save(join(folder, "run"));
      const loaded = await VAE.load(join(folder, "run"));
      expect(await loaded.reconstruct(rows())).toEqual(made);
      expect(
        await loaded.reconstruct(Array.from({ length: 2 }, (_, i) => [...rows().subarray(2 * i, 2 * i + 2)])),
      ).toEqual(made.slice(0, 4));
      await loaded.dispose();
    } finally {
      await rm(folder, { recursive: true });
      await vae.dispose();
    }
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
