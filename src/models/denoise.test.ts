import { describe, expect, it } from "vitest";
import { interpret } from "../../test/reference/interpret.ts";
import { draws, normals } from "../../test/reference/normals.ts";
import { dataset, exampleValues } from "../data/dataset.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { Trace } from "../nn/scope.ts";
import { collect, stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { corrupted } from "./denoise.ts";
import { regularizedAutoencoder } from "./penalties/rae.ts";

const { model } = new VAE([16, 8, 2], { batchSize: 16 });

describe("denoising", () => {
  it("sets the share of values asked for to 0, or adds noise of the deviation asked for", () => {
    const trace = new Trace({ training: true });
    const x = g.input("x", [100, 100]);
    const rows = new Float64Array(10_000).fill(1);
    const noise = draws(10_000, normals(1));
    const shown = (denoise: Parameters<typeof corrupted>[2]) => {
      const tensor = corrupted(trace, model, denoise, x);
      const feeds = Object.fromEntries([...trace.noises.keys()].map((name) => [name, noise]));
      return interpret([tensor], { x: rows, ...feeds })[0]!;
    };
    const kept = shown({ type: "mask", share: 0.3 }).reduce((sum, each) => sum + each, 0) / 10_000;
    expect(kept).toBeGreaterThan(0.68);
    expect(kept).toBeLessThan(0.72);
    const squares = shown({ type: "gaussian", sigma: 0.5 }).reduce((sum, each) => sum + (each - 1) ** 2, 0);
    expect(squares / 10_000).toBeGreaterThan(0.24);
    expect(squares / 10_000).toBeLessThan(0.26);
  });

  it("teaches to reconstruct what was corrupted, and corrupts nothing outside of training", async () => {
    const data = stripes(256, 1);
    const train = async (settings: object) => {
      const vae = new VAE([16, 24, 4], {
        batchSize: 32,
        learningRate: 1e-2,
        deterministic: true,
        ...settings,
      });
      await vae.train(data, { maxIterations: 200 });
      return vae;
    };
    const [plain, denoising] = [await train({}), await train({ denoise: "mask:share=0.5" })];
    const errorOf = async (vae: VAE) => {
      const rows = new Float32Array(16 * 256);
      const kept = new Float32Array(16 * 256);
      rows.set(exampleValues(data, { start: 0, end: 256 }));
      for (const [at, value] of rows.entries()) kept[at] = (at * 7) % 3 === 0 ? 0 : value;
      const made = await vae.reconstruct(kept, { units: "model" });
      return made.reduce((sum, each, at) => sum + (each - rows[at]!) ** 2, 0);
    };
    expect(await errorOf(denoising)).toBeLessThan(0.9 * (await errorOf(plain)));
    expect((await denoising.elbo(data)).elbo).toBe((await denoising.elbo(data)).elbo);
    await Promise.all([plain.dispose(), denoising.dispose()]);
  });

  it("is refused with a sentence where it has no meaning", async () => {
    expect(() => new VAE([16, 2], { denoise: "blur" as "mask" })).toThrow("one of gaussian, mask");
    const counts = new VAE([16, 8, 2], { batchSize: 8, likelihood: "poisson", denoise: "gaussian" });
    const rows = dataset(
      Float32Array.from({ length: 256 }, (_, at) => at % 5),
      { shape: [4, 4, 1] },
    );
    await expect(counts.train(rows, { maxIterations: 1 })).rejects.toThrow("use denoise mask");
  });
});

describe("the penalty rae", () => {
  it("is the square of the codes and of the decoder's Jacobian, on the mean over noise", () => {
    const [batch, count] = [1, 400];
    const weights = [0.5, -1, 2, 0.3, 0.7, -0.4];
    const matrix = g.constant(weights, [2, 3]);
    const point = g.input("z", [batch * count, 2]);
    const penalty = regularizedAutoencoder.penalty(
      { type: "rae", weight: 0.2, smooth: "gradient", smoothness: 0.1 },
      {
        point,
        isCertain: true,
        decode: (z: Tensor) => g.gemm(z, matrix),
        noise: (name: string, shape: readonly number[]) => g.input(name, shape),
      } as unknown as Parameters<typeof regularizedAutoencoder.penalty>[1],
    );
    const z = Float64Array.from({ length: 2 * count }, (_, at) => (at % 2 ? 2 : 1));
    const [value] = interpret([penalty], { z, jacobian: draws(3 * count, normals(4)) });
    const frobenius = weights.reduce((sum, each) => sum + each ** 2, 0);
    expect(value![0]! / count).toBeGreaterThan(0.1 * 5 + 0.05 * frobenius * 0.85);
    expect(value![0]! / count).toBeLessThan(0.1 * 5 + 0.05 * frobenius * 1.15);
  });

  it.each(["gradient", "l2"] as const)("trains, and keeps codes small, with %s", async (smooth) => {
    const data = stripes(128, 1);
    const settings = { batchSize: 32, learningRate: 1e-2, deterministic: true } as const;
    const penalty = `rae:weight=1,smooth=${smooth}` as const;
    const size = async (vae: VAE) => {
      const { of } = await collect(vae.trainingEvents(data, { maxIterations: 100 }));
      const { mean } = await vae.encode(data);
      await vae.dispose();
      return { squares: mean.reduce((sum, each) => sum + each * each, 0), last: of("iteration").at(-1)! };
    };
    const plain = await size(new VAE([16, 12, 2], settings));
    const regularised = await size(new VAE([16, 12, 2], { ...settings, penalty }));
    expect(regularised.squares).toBeLessThan(0.7 * plain.squares);
    expect(regularised.last.penalties!.rae).toBeGreaterThan(0);
    const drawn = new VAE([16, 12, 2], { batchSize: 32, penalty });
    await expect(drawn.train(data, { maxIterations: 1 })).rejects.toThrow("use posterior point");
  });
});
