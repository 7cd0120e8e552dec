import { expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { dataset, exampleValues, subset } from "../data/dataset.ts";
import { VAE } from "../vae/vae.ts";
import { comparePca, isBetterThan } from "./pca.ts";

/** With one component less than columns, probabilistic PCA is the normal distribution of all of them, in any units. */
it("probabilistic PCA beside a table of real columns has the density of their own units", async () => {
  const next = uniform(4);
  const columns = [{ kind: "real" }, { kind: "real" }] as const;
  const rows = Float32Array.from(
    Array.from({ length: 400 }, () => {
      const [a, b] = [next() + next() + next(), next() + next() - next()];
      return [1000 * a, 0.01 * (a + b)];
    }).flat(),
  );
  const data = dataset(rows, { shape: [2], columns });
  const [train, judged] = [subset(data, 0, 300), subset(data, 300, 400)];
  const vae = new VAE([2, 4, 1], { likelihood: "mixed", batchSize: 100 });
  await vae.train(train, { maxIterations: 2 });
  const pca = await comparePca(vae, { train, data: judged });
  await vae.dispose();

  const values = exampleValues(train, { start: 0, end: 300 });
  const column = (all: Float32Array, c: number) => Array.from(all).filter((_, i) => i % 2 === c);
  const mean = [0, 1].map((c) => column(values, c).reduce((sum, x) => sum + x, 0) / 300) as [number, number];
  const deviations = (all: Float32Array) =>
    [0, 1].map((c) => column(all, c).map((x) => x - mean[c]!)) as [number[], number[]];
  const [x, y] = deviations(values);
  const moment = (a: number[], b: number[]) => a.reduce((sum, each, i) => sum + each * b[i]!, 0) / 300;
  const [xx, xy, yy] = [moment(x, x), moment(x, y), moment(y, y)];
  const determinant = xx * yy - xy * xy;
  const [u, v] = deviations(exampleValues(judged, { start: 0, end: 100 }));
  const exact =
    u.reduce((sum, a, i) => {
      const b = v[i]!;
      const distance = (yy * a * a - 2 * xy * a * b + xx * b * b) / determinant;
      return sum - 0.5 * (2 * Math.log(2 * Math.PI) + Math.log(determinant) + distance);
    }, 0) / 100;
  expect(Math.abs(pca!.logLikelihood! - exact)).toBeLessThan(0.02);
});

it("PCA is better where its likelihood is higher, and not where it has none", () => {
  expect(isBetterThan({ logLikelihood: -5 }, { nll: 5.1 })).toBe(true);
  expect(isBetterThan({ logLikelihood: -5 }, { nll: 4.9 })).toBe(false);
  expect(isBetterThan({}, { nll: 4.9 })).toBe(false);
});
