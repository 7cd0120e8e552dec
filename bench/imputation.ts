/**
 * MNIST with half of the pixels hidden at random, in training and in testing: the squared error of imputed pixels against
 * that of the pixel's mean. Only `npm run bench:imputation`: about three minutes for 5,000 iterations on two cores.
 */
import { type Dataset, dataset, exampleValues, subset } from "../src/data/dataset.ts";
import { mnist } from "../src/data/formats/mnist.ts";
import { columnMoments } from "../src/data/moments.ts";
import "../src/tasks/node-platform.ts";
import { VAE } from "../src/vae/vae.ts";

const ITERATIONS = Number(process.argv[2] ?? 5000);
const TESTED = 1000;
const PIXELS = 784;

/** Uniform numbers in [0, 1): mulberry32. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same images with half of their pixels missing. */
function halved(data: Dataset, seed: number): Dataset {
  const next = uniform(seed);
  const bytes = data.storage.range(0, data.examples);
  const mask = Uint8Array.from(bytes, () => (next() < 0.5 ? 1 : 0));
  return dataset(bytes, { shape: data.shape, divisor: data.divisor, mask });
}

const { train, test } = await mnist();
const hidden = halved(train!, 1);
const judged = subset(test!, 0, TESTED);
const seen = halved(judged, 2);

const vae = new VAE([PIXELS, 500, 500, 50], { missing: "indicate" }, { inputShape: train!.shape });
await vae.train(hidden, {
  maxIterations: ITERATIONS,
  onEvent: (event) => {
    if (event.type === "log" && event.iteration % 1000 === 0)
      console.error(`iteration ${event.iteration}: ELBO of the observed pixels ${event.elbo.toFixed(2)}`);
  },
});
const started = performance.now();
const { values } = await vae.impute(seen, { samples: 1000 });
const seconds = (performance.now() - started) / 1e3;
await vae.dispose();

const whole = exampleValues(judged, { start: 0, end: TESTED });
const given = exampleValues(seen, { start: 0, end: TESTED });
const { mean } = columnMoments(hidden);
let [count, imputed, filled] = [0, 0, 0];
for (const [i, value] of given.entries()) {
  if (!Number.isNaN(value)) continue;
  count++;
  imputed += (values[i]! - whole[i]!) ** 2;
  filled += (mean[i % PIXELS]! - whole[i]!) ** 2;
}
console.log(
  JSON.stringify({
    iterations: ITERATIONS,
    squaredError: imputed / count,
    ofThePixelsMean: filled / count,
    ratio: imputed / filled,
    imputationSeconds: seconds,
  }),
);
