import { describe, expect, it } from "vitest";
import { checkGradient } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { uniform } from "../../test/reference/random.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { collect, stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import type { PenaltyContext } from "./latent.ts";
import { type PenaltyInput, penalties, penaltyField } from "./penalties.ts";

const [BATCH, LATENT] = [5, 2];
const SHAPE = [BATCH, LATENT];

/** A penalty of mean, ln σ², a draw and a draw of the prior, each [batch, latent]. */
function build(text: PenaltyInput, [mean, logVariance, point, prior]: Tensor[]): Tensor {
  const penalty = penaltyField.parse(text);
  const context: PenaltyContext = {
    posterior: { mean: mean!, logVariance: logVariance!, parameters: {}, draw: () => ({ z: point! }) },
    point: point!,
    drawPrior: () => prior!,
    isCertain: false,
    decode: (z) => z,
    decoderWeights: () => [],
    noise: g.input,
  };
  return penalties.of(penalty).penalty(penalty, context);
}

function penaltyAt(text: PenaltyInput, values: readonly (readonly number[])[]): number {
  const tensors = values.map((_, index) => g.input(`x${index}`, SHAPE));
  const feeds = Object.fromEntries(values.map((each, index) => [`x${index}`, Float64Array.from(each)]));
  return interpret([build(text, tensors)], feeds)[0]![0]!;
}

const next = uniform(9);
const values = Array.from({ length: 4 }, () => Array.from({ length: BATCH * LATENT }, () => 2 * next() - 1));
const [mean, logVariance, point, prior] = values as [number[], number[], number[], number[]];
const rows = [0, 1, 2, 3, 4];

describe("the penalty", () => {
  it("total-correlation is the formula of Chen et al., written out", () => {
    const density = (i: number, j: number, d: number) => {
      const [at, from] = [i * LATENT + d, j * LATENT + d];
      const variance = Math.exp(logVariance[from]!);
      return (
        Math.exp((-0.5 * (point[at]! - mean[from]!) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance)
      );
    };
    const average = (of: (j: number) => number) => rows.reduce((sum, j) => sum + of(j), 0) / BATCH;
    const expected = rows.reduce((sum, i) => {
      const joint = average((j) => density(i, j, 0) * density(i, j, 1));
      const product = average((j) => density(i, j, 0)) * average((j) => density(i, j, 1));
      return sum + Math.log(joint / product);
    }, 0);
    expect(penaltyAt("total-correlation:weight=3", values)).toBeCloseTo(3 * expected, 9);
  });

  it.each(["dip-1", "dip-2"] as const)("%s is the distance of the covariance from I, written out", (type) => {
    const average = (d: number) => rows.reduce((sum, i) => sum + mean[i * LATENT + d]!, 0) / BATCH;
    const covariance = (d: number, e: number) =>
      rows.reduce(
        (sum, i) => sum + (mean[i * LATENT + d]! - average(d)) * (mean[i * LATENT + e]! - average(e)),
        0,
      ) / BATCH;
    const variance = (d: number) =>
      type === "dip-1" ? 0 : rows.reduce((sum, i) => sum + Math.exp(logVariance[i * LATENT + d]!), 0) / BATCH;
    const expected =
      2 * 10 * covariance(0, 1) ** 2 +
      100 * [0, 1].reduce((sum, d) => sum + (covariance(d, d) + variance(d) - 1) ** 2, 0);
    expect(penaltyAt(type, values)).toBeCloseTo(BATCH * expected, 6);
  });

  it("mmd is the unbiased estimate, written out", () => {
    const kernel = (a: number[], i: number, b: number[], j: number) => {
      const squared = [0, 1].reduce((sum, d) => sum + (a[i * LATENT + d]! - b[j * LATENT + d]!) ** 2, 0);
      return [0.1, 0.2, 0.5, 1, 2, 5, 10].reduce((sum, s) => sum + (4 * s) / (4 * s + squared), 0);
    };
    let [within, across] = [0, 0];
    for (const i of rows)
      for (const j of rows) {
        if (i !== j) within += (kernel(point, i, point, j) + kernel(prior, i, prior, j)) / 20;
        across += kernel(point, i, prior, j) / 25;
      }
    expect(penaltyAt("mmd:weight=2", values)).toBeCloseTo(2 * BATCH * (within - 2 * across), 6);
  });

  it.each(["total-correlation", "dip-1", "dip-2", "mmd"] as const)(
    "%s has the gradients that differences give",
    (type) => {
      const inputs = values.map((each) => ({ shape: SHAPE, values: each }));
      expect(checkGradient((tensors) => build(type, tensors), inputs, { tolerance: 1e-5 })).toBeLessThan(
        1e-5,
      );
    },
  );

  it.each([
    ["total-correlation", {}],
    ["dip-2", {}],
    ["mmd", { prior: "vamp:components=4" }],
    ["mmd:weight=100", { deterministic: true }],
    ["mmd", { objective: "iwae", latentSamples: 2 }],
  ] as const)(
    "%s with %j is told of each iteration, and a resumed training ends with the same bytes",
    async (penalty, other) => {
      const make = () => new VAE([16, 8, 2], { batchSize: 16, penalty, ...other });
      const data = stripes(64, 1);
      const settings = { maxIterations: 12, checkpointEvery: 5, logEvery: 10 };
      const vae = make();
      const { of } = await collect(vae.trainingEvents(data, { ...settings, validation: data }));
      const [name] = penalty.split(":");
      expect(Object.keys(of("log")[0]!.penalties!)).toEqual([name]);
      expect(of("iteration").every((each) => Number.isFinite(each.penalties![name!]))).toBe(true);
      const { checkpoint } = of("checkpoint")[0]!;
      expect(Object.keys(checkpoint.running.penalties!)).toEqual([name]);
      const resumed = make();
      await resumed.train(data, { ...settings, resume: checkpoint });
      expect(resumed.weights!.parameters).toEqual(vae.weights!.parameters);
      await Promise.all([vae.dispose(), resumed.dispose()]);
    },
  );

  it("is refused where the posterior lacks what it needs", async () => {
    const vae = new VAE([16, 8, 2], {
      batchSize: 16,
      penalty: "total-correlation",
      posterior: "full-normal",
    });
    await expect(vae.train(stripes(32, 1), { maxIterations: 1 })).rejects.toThrow("use posterior normal");
    expect(() => new VAE([16, 2], { penalty: "nothing" as "mmd" })).toThrow(
      'penalty is "nothing": it must be one of',
    );
  });
});
