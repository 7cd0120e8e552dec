/**
 * The importance-sampled likelihood of MNIST's test images against the time that its matrix products need at the speed
 * the machine reaches with matrices. Only `npm run bench:evaluation`: it takes about two minutes.
 */
import { mnist } from "../src/data/mnist.ts";
import { nodeRuntime } from "../src/runtime/node.ts";
import { VAE } from "../src/vae.ts";
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

const rounds: { seconds: number; limit: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const peak = await measureGemmPeak(runtime);
  const started = performance.now();
  await vae.logLikelihood(test!, { samples: SAMPLES, seed: round });
  const seconds = (performance.now() - started) / 1e3;
  rounds.push({ seconds, limit: flops / peak });
}
await vae.dispose();

const seconds = median(rounds.map((round) => round.seconds));
const ratio = median(rounds.map((round) => round.seconds / round.limit));
const mebibytes = process.resourceUsage().maxRSS / 1024;
if (process.argv.includes("--json"))
  console.log(
    JSON.stringify({ type: "result", seconds, ratioToLimit: ratio, peakMemoryBytes: mebibytes * 2 ** 20 }),
  );
else
  console.log(
    `${test!.examples} images, ${SAMPLES} samples each: ${seconds.toFixed(1)} s, ` +
      `${ratio.toFixed(2)} × what the matrix products need; peak memory ${mebibytes.toFixed(0)} MiB`,
  );
