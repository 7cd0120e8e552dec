import { formatCount, shellWord } from "../common/format.ts";
import type { Dataset } from "../data/dataset.ts";
import { hasPoints } from "../models/posteriors.ts";
import { reconstructionsText, type TerminalStyle } from "../pictures/terminal-picture.ts";
import { writeReport } from "../report/write-report.ts";
import { RunDirectory } from "../run/directory.ts";
import type { RunResult } from "../tasks/train.ts";
import type { Io } from "./io.ts";
import { watched } from "./progress.ts";
import type { TerminalStream } from "./terminal.ts";
import { trainingReport, writePictures } from "./train-report.ts";
import type { TrainingProgress } from "./training-progress.ts";

/** A training that has ended, or was interrupted by Ctrl-C. */
export interface Course {
  readonly result: RunResult;
  readonly test: Dataset;
  /** Why the likelihood was chosen, where it was left to the data. */
  readonly likelihoodReason?: string | undefined;
}

/**
 * Evaluates the trained model, draws pictures and writes the report; after Ctrl-C, says how to resume.
 * @returns the record that `--json` prints
 */
export async function endTraining(
  { result, test, likelihoodReason }: Course,
  typedData: string | undefined,
  progress: TrainingProgress,
  io: Io,
) {
  const { vae, directory, iterations, keptIteration, reason } = result;
  const { parameters, seconds, iterationsNow } = progress;
  const { likelihood } = vae.model;
  const chosen = { likelihood, ...(likelihoodReason && { likelihoodReason }) };
  const course = { run: directory, iterations, keptIteration, seconds, parameters, reason, ...chosen };
  if (reason === "aborted") {
    io.say(`interrupted after ${formatCount(iterations)} iterations; resume with:`);
    io.say(`  npx vaekit train --resume ${shellWord(directory)}`);
    return course;
  }
  const peakMemoryBytes = peakMemory();
  const config = await (await RunDirectory.open(directory)).readConfig();
  const { seed } = config.training;
  const loss = await watched(io, "evaluating", "examples", (work) => vae.elbo(test, { seed, ...work }));
  const plots = await writePictures({ directory, config, vae, keptIteration }, test, io);
  const report = await writeReport(directory, { evaluation: { split: "test", ...loss } });

  if (io.isTerminal) {
    const digits = await reconstructionsText(vae, test, styleOf(io.terminal.stdout));
    if (digits) io.print(`\n${digits}\n`);
  }
  const { batchSize } = config.hyperparameters;
  const data = typedData ?? config.data.source;
  const trained = {
    directory,
    data,
    deterministic: hasPoints(vae.model),
    iterations,
    iterationsNow,
    seconds,
    batchSize,
    keptIteration,
    loss,
    plots,
    report,
  };
  for (const line of trainingReport({ ...trained, stoppedEarly: reason === "stopped early" })) io.print(line);
  const { elbo, reconstruction, kl, examples } = loss;
  return {
    ...course,
    elbo,
    reconstruction,
    kl,
    split: "test",
    examples,
    plots,
    report,
    peakMemoryBytes,
  };
}

/** What a terminal can show. */
function styleOf(stream: TerminalStream): TerminalStyle {
  const depth = stream.getColorDepth?.() ?? 1;
  return { columns: stream.columns ?? 80, colours: depth >= 24 ? "truecolor" : depth >= 8 ? "256" : "none" };
}

/** Largest resident set of this process so far. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
