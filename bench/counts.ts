/**
 * Whether codes tell the clusters of made cells: the adjusted Rand index of k-means on the posterior means, with the settings
 * that `--likelihood auto` chooses, and on ten principal components of depth-normalised ln(1 + x). Only
 * `npm run bench:counts`: two overlaps, three seeds, about five minutes on two cores.
 */
import { dataset } from "../src/data/dataset.ts";
import { principalComponents, project } from "../src/numerics/principal-components.ts";
import "../src/tasks/node-platform.ts";
import { chooseLikelihood } from "../src/train/choose-likelihood.ts";
import { VAE } from "../src/vae/vae.ts";
import { adjustedRandIndex, cells, kMeans } from "./cells.ts";

const [CELLS, GENES, COMPONENTS, LATENT] = [2000, 200, 10, 50];
const ITERATIONS = Number(process.argv[2] ?? 2000);
const SEEDS = [1, 2, 3];

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

for (const difference of [1.1, 0.8]) {
  const found: { pca: number; vae: number }[] = [];
  for (const seed of SEEDS) {
    const { counts, clusters } = cells(CELLS, GENES, difference, seed);
    const sums = Float64Array.from({ length: CELLS }, (_, i) =>
      counts.subarray(i * GENES, (i + 1) * GENES).reduce((a, b) => a + b, 0),
    );
    const median = sums.toSorted()[CELLS / 2]!;
    const logs = Float32Array.from(counts, (x, i) => Math.log1p((x * median) / sums[Math.floor(i / GENES)]!));
    const { scores } = project(principalComponents(logs, GENES, COMPONENTS), logs);
    const data = dataset(Int32Array.from(counts), { shape: [GENES] });
    const vae = new VAE([GENES, 500, 500, LATENT], chooseLikelihood(data).hyperparameters);
    await vae.train(data, { maxIterations: ITERATIONS, seed });
    const codes = (await vae.encode(data)).mean;
    await vae.dispose();
    const judge = (points: Float32Array, dimensions: number) =>
      adjustedRandIndex(clusters, kMeans(points, dimensions, 8, seed));
    found.push({ pca: judge(Float32Array.from(scores), COMPONENTS), vae: judge(codes, LATENT) });
    console.error(`difference ${difference}, seed ${seed}: ${JSON.stringify(found.at(-1))}`);
  }
  const [pca, vae] = [mean(found.map((each) => each.pca)), mean(found.map((each) => each.vae))];
  console.log(JSON.stringify({ difference, iterations: ITERATIONS, seeds: SEEDS.length, pca, vae }));
}
