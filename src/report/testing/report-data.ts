import { modelOf } from "../../models/build.ts";
import { type HyperparametersInput, hyperparameters } from "../../models/hyperparameters.ts";
import { type Architecture, completeArchitecture } from "../../models/sizes.ts";
import type { RunConfig } from "../../run/config.ts";
import type { HistoryEntry } from "../../run/history.ts";
import { resolveTraining } from "../../train/length.ts";
import type { ReportData } from "../data.ts";

/** The configuration of a run on MNIST. */
export function mnistConfig(
  given: HyperparametersInput = {},
  architecture: Architecture = [784, 500, 500, 2],
): RunConfig {
  const settings = hyperparameters.parse(given);
  return {
    formatVersion: 1,
    createdBy: { vaekit: "0.1.0", engine: { name: "onnxruntime-node (native)", version: "1.30.0" } },
    data: {
      source: "mnist",
      scale: 255,
      examples: { train: 55_000, validation: 5_000 },
      fingerprint: "0123456789abcdef".repeat(4),
    },
    architecture: completeArchitecture(architecture),
    hyperparameters: settings,
    training: resolveTraining({ maxIterations: 3000, threads: 2, seed: 7 }, 1),
    model: modelOf(architecture, settings, [28, 28, 1]),
  };
}

/** A history with entries at 100, 200 … 3,000, and validations at every third of these. */
export function exampleHistory(): HistoryEntry[] {
  return Array.from({ length: 30 }, (_, index): HistoryEntry[] => {
    const iteration = 100 * (index + 1);
    const position = { iteration, epoch: 1 + Math.floor(iteration / 430), seconds: iteration / 200 };
    const losses = { elbo: -200 + index, reconstruction: -195 + index, kl: 5 };
    const log = { type: "log", ...position, learningRate: 1e-3, beta: 1, ...losses } as const;
    const validation = { type: "validation", ...position, best: true, ...losses } as const;
    return index % 3 === 2 ? [log, validation] : [log];
  }).flat();
}

export function exampleData(more: Partial<ReportData> = {}): ReportData {
  return {
    name: "plane",
    config: mnistConfig(),
    history: exampleHistory(),
    keptIteration: 3000,
    parameters: 1_289_788,
    evaluation: {
      split: "test",
      elbo: -152.712,
      reconstruction: -146.604,
      kl: 6.108,
      examples: 10_000,
      klPerDimension: Float64Array.of(3.02, 3.088),
      klPerLayer: new Float64Array(0),
      meanVariance: Float64Array.of(1.7, 0.002),
    },
    curves: [],
    figures: [],
    pictures: [],
    leftOut: [],
    ...more,
  };
}
