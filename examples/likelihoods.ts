/**
 * What the wrong likelihood costs, on MNIST with its grey kept: the figures and pictures of docs/likelihoods.md. Four
 * trainings take about four minutes on two cores. Expect test log-likelihoods, importance-sampled on
 * 1,000 digits, of about 2534 nats a digit for a continuous Bernoulli against 1647 for a Bernoulli's decoder, and of 346
 * for a calibrated Gaussian against −741 for σ = 1. Run it with `npx tsx examples/likelihoods.ts`; a path after it says
 * where the pictures go.
 */
import { writeFile } from "node:fs/promises";
import { exampleValues, type HyperparametersInput, subset, VAE } from "vaekit";
import { mnist } from "vaekit/node";
import { encodePng, figurePixels, imageRows } from "vaekit/plot";

const SHAPE = [28, 28, 1] as const;
const SIZE = 784;
const SHOWN = 14;
const JUDGED = 1000;
const PICTURES = process.argv[2] ?? "docs/images";

const digits = await mnist();
const judged = subset(digits.test, 0, JUDGED);
const judgedRows = exampleValues(judged, { start: 0, end: JUDGED });
const shown = subset(digits.test, 0, SHOWN);

interface Course {
  readonly architecture: readonly number[];
  readonly maxIterations: number;
  readonly schedule: "constant" | "cosine";
}

const LONG: Course = { architecture: [784, 500, 500, 20], maxIterations: 10_000, schedule: "cosine" };
const SHORT: Course = { architecture: [784, 400, 400, 8], maxIterations: 4000, schedule: "constant" };

async function trained(course: Course, settings: HyperparametersInput): Promise<VAE> {
  const { architecture, maxIterations, schedule } = course;
  const vae = new VAE(architecture, { activation: "elu", schedule, ...settings });
  await vae.train(digits.train, { maxIterations });
  return vae;
}

/** @param sampler the same weights as they were trained */
async function report(name: string, vae: VAE, sampler = vae): Promise<void> {
  const { elbo, kl } = await vae.elbo(digits.test);
  const values = await vae.logLikelihood(judged, { samples: 100 });
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const samples = Float32Array.from(await sampler.sample(JUDGED, { seed: 2 }));
  const distance = energyDistance(samples, judgedRows);
  const grey = `${(100 * greyPart(samples)).toFixed(1)} % grey`;
  console.log(
    `${name}: log-likelihood ${mean.toFixed(0)}, ELBO ${elbo.toFixed(0)}, KL ${kl.toFixed(1)} nats; samples ${grey}, at ${distance.toFixed(3)}`,
  );
}

/** The part of the pixels that are neither nearly black nor nearly white: what blur has too many of. */
function greyPart(images: Float32Array): number {
  return images.filter((value) => value > 0.1 && value < 0.9).length / images.length;
}

/**
 * How far two sets of images are from having one distribution: 2·E|X − Y| − E|X − X′| − E|Y − Y′| (Székely & Rizzo
 * 2013), in root-sum-square of pixels; 0 only where they have.
 */
function energyDistance(a: Float32Array, b: Float32Array): number {
  return 2 * meanDistance(a, b) - meanDistance(a, a) - meanDistance(b, b);
}

/** Between images of one set and the other's; an image and itself do not count. */
function meanDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < a.length; i += SIZE)
    for (let j = 0; j < b.length; j += SIZE) {
      if (a === b && i === j) continue;
      let squares = 0;
      for (let at = 0; at < SIZE; at++) squares += (a[i + at]! - b[j + at]!) ** 2;
      sum += Math.sqrt(squares);
      pairs++;
    }
  return sum / pairs;
}

/** Each model's reconstructions of the same digits, and what it makes of draws from the prior. */
async function draw(file: string, models: Readonly<Record<string, VAE>>): Promise<void> {
  const rows: { label: string; values: Float32Array }[] = [
    { label: "test digits", values: exampleValues(shown, { start: 0, end: SHOWN }) },
  ];
  for (const [name, vae] of Object.entries(models)) {
    rows.push({ label: `${name}: reconstructed`, values: Float32Array.from(await vae.reconstruct(shown)) });
    rows.push({ label: `${name}: new`, values: Float32Array.from(await vae.sample(SHOWN, { seed: 1 })) });
  }
  const values = Float32Array.from(rows.flatMap((row) => Array.from(row.values)));
  const rowLabels = rows.map(({ label }) => label);
  const figure = imageRows(values, { shape: SHAPE, columns: SHOWN, rowLabels, imageSize: 40, pixelRatio: 2 });
  await writeFile(`${PICTURES}/${file}`, await encodePng(await figurePixels(figure)));
}

console.log(`test digits: ${(100 * greyPart(judgedRows)).toFixed(1)} % grey`);
const continuous = await trained(LONG, { likelihood: "continuous-bernoulli" });
const bernoulli = await trained(LONG, { likelihood: "bernoulli" });
// Both decoders give one logit a pixel, so that the density of one can judge the weights of the other.
const judgedAlike = new VAE(LONG.architecture, continuous.hyperparameters, {
  inputShape: SHAPE,
  weights: bernoulli.weights!,
});
await report("continuous Bernoulli", continuous);
await report("Bernoulli, its decoder judged as a continuous one", judgedAlike, bernoulli);
await draw("bernoulli.png", { Bernoulli: bernoulli, continuous });

const calibrated = await trained(SHORT, { likelihood: "gaussian", sigma: "calibrated" });
const fixed = await trained(SHORT, { likelihood: "gaussian", sigma: 1 });
await report("calibrated Gaussian", calibrated);
await report("Gaussian of σ = 1", fixed);
await draw("sigma.png", { "σ = 1": fixed, calibrated });
