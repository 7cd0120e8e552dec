/**
 * Waveforms by convolutions of sequences: tones of any pitch and phase, 256 samples long, and what two networks make of
 * them in the same 2,000 iterations. After half a minute on two cores it prints test ELBOs of about 200 nats for
 * convolutions and 143 for dense layers with more parameters. Run it with `npx tsx examples/waveforms.ts`.
 */
import { activation, conv1d, type Dataset, dataset, dense, describe, VAE } from "vaekit";

const LENGTH = 256;
const HYPERPARAMETERS = { batchSize: 64, likelihood: "gaussian", sigma: 0.1 } as const;

/** A decaying tone each: pitch, phase and decay are all there is to know of it. */
function tones(examples: number, seed: number): Dataset {
  const random = generator(seed);
  const rows = new Float32Array(examples * LENGTH);
  for (let example = 0; example < examples; example++) {
    const [pitch, phase, decay] = [4 + 12 * random(), 2 * Math.PI * random(), 3 * random()];
    for (let t = 0; t < LENGTH; t++)
      rows[example * LENGTH + t] =
        Math.exp((-decay * t) / LENGTH) * Math.sin((2 * Math.PI * pitch * t) / LENGTH + phase);
  }
  return dataset(rows, { shape: [LENGTH, 1], name: "tones" });
}

/** Uniform on [0, 1): the linear congruential generator of Park and Miller. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const train = tones(8000, 1);
const test = tones(1000, 2);
const elu = activation("elu");

const convolutional = new VAE(
  {
    inputShape: [LENGTH, 1],
    encoder: [
      conv1d(16, { kernel: 9, stride: 4 }),
      elu,
      conv1d(32, { kernel: 9, stride: 4 }),
      elu,
      dense(128),
      elu,
    ],
    latent: 8,
    decoder: "mirror",
  },
  HYPERPARAMETERS,
);
const plain = new VAE([LENGTH, 256, 128, 8], HYPERPARAMETERS);

console.log(`${describe(convolutional.model)}\n`);
for (const [name, vae] of Object.entries({ convolutional, dense: plain })) {
  await vae.train(train, { maxIterations: 2000 });
  const { elbo } = await vae.elbo(test);
  console.log(
    `${name}: test ELBO ${elbo.toFixed(1)} nats, ${vae.weights!.layout.parameters.count} parameters`,
  );
  await vae.dispose();
}
