/**
 * Ghosh et al. (2020), "From variational to deterministic autoencoders", Table 1: on MNIST the FID of samples from a
 * Gaussian mixture is lower for regularised autoencoders than for the plain one. Here the distance of samples from
 * held-out digits is MMD² in the space of 50 principal components, for the same networks and the same mixture.
 *
 * `npm run paper:rae -- --iterations 5000`
 */
import { parseArgs } from "node:util";
import { exampleValues, spread } from "../../src/data/dataset.ts";
import { mnist } from "../../src/data/formats/mnist.ts";
import type { HyperparametersInput } from "../../src/models/hyperparameters.ts";
import { drawFromMixture, fitGaussianMixture } from "../../src/numerics/gaussian-mixture.ts";
import { maximumMeanDiscrepancy } from "../../src/numerics/mmd.ts";
import { principalComponents, project } from "../../src/numerics/principal-components.ts";
import { VAE } from "../../src/vae/vae.ts";
import "../../src/node.ts";

const ROWS: Readonly<Record<string, HyperparametersInput>> = {
  "plain autoencoder": { deterministic: true },
  "RAE, gradient": { deterministic: true, penalty: "rae:weight=0.1,smooth=gradient,smoothness=0.03" },
  "RAE, L2": { deterministic: true, penalty: "rae:weight=0.1,smooth=l2,smoothness=0.001" },
  VAE: {},
};
const LATENT = 16;
const COMPONENTS = 10;
const SAMPLES = 1000;
const DIMENSIONS = 50;

const { values: flags } = parseArgs({
  options: { iterations: { type: "string", default: "5000" }, seed: { type: "string", default: "0" } },
});

const { train, test } = await mnist();
const held = exampleValues(test!, { start: 0, end: SAMPLES });
const fitted = spread(train, 10_000);
const axes = principalComponents(exampleValues(fitted, { start: 0, end: 5000 }), 784, DIMENSIONS);
const features = (rows: Float32Array) => Float64Array.from(project(axes, rows).scores);

for (const [name, settings] of Object.entries(ROWS)) {
  const vae = new VAE([784, 500, 500, LATENT], settings, { inputShape: [28, 28, 1] });
  await vae.train(train, { maxIterations: Number(flags.iterations), seed: Number(flags.seed) });
  const { mean } = await vae.encode(fitted);
  let state = 1 + Number(flags.seed);
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const mixture = fitGaussianMixture(mean, LATENT, COMPONENTS, uniform);
  const points = Float32Array.from(drawFromMixture(mixture, SAMPLES, { uniform, normal }));
  const samples = await vae.decode(points, { units: "model" });
  const prior = await vae.sample(SAMPLES, { units: "model" });
  const distance = (rows: Float32Array) =>
    maximumMeanDiscrepancy(features(rows), features(held), DIMENSIONS, uniform).squared.toExponential(2);
  const { reconstruction } = await vae.elbo(test!);
  console.log(
    `${name}: MMD² of mixture ${distance(samples)}, of N(0, I) ${distance(prior)}; reconstruction ${reconstruction.toFixed(2)}`,
  );
  await vae.dispose();
}
