/**
 * The importance-sampled likelihood of MNIST's test images against the time that its matrix products need at the speed
 * the machine reaches with matrices. Only `npm run bench:evaluation`: it takes about two minutes.
 */
import { mnist } from "../src/data/formats/mnist.ts";
import { nodeRuntime } from "../src/runtime/node.ts";
import { VAE } from "../src/vae/vae.ts";
import { measureGemmPeak } from "./limits/gemm.ts";
import { median } from "./limits/median.ts";
import { dense, forwardFlops } from "./limits/step-limit.ts";

const PIXELS = 784;
const HIDDEN = 200;
const LATENT = 50;
const SAMPLES = 500;
const ROUNDS = 3;

const { test } = await mnist();
const runtime = await nodeRuntime();
const vae = new VAE([PIXELS, HIDDEN, HIDDEN, LATENT], { activation: "tanh" });
await vae.train(test!, { maxIterations: 1, checkpointEvery: 0 });

const encoder = [dense(PIXELS, HIDDEN), dense(HIDDEN, HIDDEN), dense(HIDDEN, 2 * LATENT)];
const decoder = [dense(LATENT, HIDDEN), dense(HIDDEN, HIDDEN), dense(HIDDEN, PIXELS)];
const flops = test!.examples * (forwardFlops(encoder) + SAMPLES * forwardFlops(decoder));

let peakMemoryBytes = Number.NaN;
const rounds: { seconds: number; limit: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const started = performance.now();
  await vae.logLikelihood(test!, { samples: SAMPLES, seed: round });
  const seconds = (performance.now() - started) / 1e3;
  // Before the matrices of the limit take memory of their own.
  if (round === 0) peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  const peak = await measureGemmPeak(runtime);
  rounds.push({ seconds, limit: flops / peak });
}
await vae.dispose();

const seconds = median(rounds.map((round) => round.seconds));
const ratio = median(rounds.map((round) => round.seconds / round.limit));
if (process.argv.includes("--json"))
  console.log(JSON.stringify({ type: "result", seconds, ratioToLimit: ratio, peakMemoryBytes }));
else
  console.log(
    `${test!.examples} images, ${SAMPLES} samples each: ${seconds.toFixed(1)} s, ` +
      `${ratio.toFixed(2)} × what the matrix products need; peak memory ${(peakMemoryBytes / 2 ** 20).toFixed(0)} MiB`,
  );
