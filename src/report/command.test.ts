import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { architectureFlags, architectureOf, defaultArchitecture } from "../cli/architecture-flags.ts";
import { type Flags, readFlags, type TypedFlags } from "../cli/flags.ts";
import {
  givenHyperparameters,
  givenTrainingSettings,
  hyperparameterFlags,
  trainingFlags,
} from "../cli/setting-flags.ts";
import { flagName } from "../common/format.ts";
import { type HyperparametersInput, hyperparameters } from "../models/hyperparameters.ts";
import { type Architecture, completeArchitecture, isDense, sizesOf } from "../models/sizes.ts";
import type { RunConfig } from "../run/config.ts";
import { resolveTraining } from "../train/length.ts";
import { shellText, trainingCommand } from "./command.ts";
import { mnistConfig } from "./testing/report-data.ts";

/** What the command line understands: reads words as it does, by the flags it has. */
function understood(words: readonly string[]) {
  const flags: Flags = { ...architectureFlags, ...hyperparameterFlags, ...trainingFlags };
  const typed: Record<string, string | boolean> = {};
  for (let at = 0; at < words.length; at++) {
    const key = Object.keys(flags).find((name) => flagName(name) === words[at])!;
    typed[key] = flags[key]!.placeholder === undefined ? true : words[++at]!;
  }
  const given = typed as TypedFlags;
  const networks = readFlags(architectureFlags, given);
  return {
    architecture: architectureOf(
      networks,
      defaultArchitecture({ shape: [28, 28, 1], examples: 55_000 }, networks),
    ),
    hyperparameters: hyperparameters.parse(givenHyperparameters(readFlags(hyperparameterFlags, given))),
    training: resolveTraining(givenTrainingSettings(readFlags(trainingFlags, given)), 1),
  };
}

describe("trainingCommand", () => {
  it("gives what is not the default, and always the networks, the length, the seed and the threads", () => {
    expect(trainingCommand(mnistConfig())).toEqual([
      ["npx", "vaekit", "train", "mnist"],
      ["--architecture", "784,500,500,2"],
      ["--max-iterations", "3000", "--seed", "7", "--threads", "2"],
    ]);
  });

  it.each<[HyperparametersInput, Architecture]>([
    [{}, [784, 20, 3]],
    [{ keepProbability: 0.9, l2: 1e-5, activation: "relu", clipNorm: 1e-7 }, [784, 2]],
    [
      { deterministic: true, batchSize: 64, schedule: "cosine" },
      { encoder: [784, 30, 2], decoder: [2, 9, 8, 784] },
    ],
    [
      { likelihood: "gaussian", sigma: "perDimension" },
      { encoder: [784, 30, 2], decoder: [2, 30, 784] },
    ],
    [
      { activation: "silu", normalization: "group" },
      { network: "conv", inputShape: [28, 28, 1], channels: [8, 12], latent: 3, upsampling: "nearest" },
    ],
    [{ likelihood: "gaussian", sigma: 0.1, binarize: "always", klWarmup: 100, beta: 4 }, [784, 20, 3]],
  ])("is understood by the command line as the run's settings: %o", (given, architecture) => {
    const config = mnistConfig(given, architecture);
    const training = { ...config.training, patience: 5, checkpointEvery: 0 };
    const words = trainingCommand({ ...config, training })!
      .slice(1)
      .flat();
    const read = understood(words);
    expect(read.hyperparameters).toEqual(config.hyperparameters);
    expect(read.training).toEqual(training);
    const meaning = (each: Architecture) => (isDense(each) ? sizesOf(each) : completeArchitecture(each));
    expect(meaning(read.architecture)).toEqual(meaning(architecture));
  });

  it("records a film where the run did, and scales as it did", () => {
    const { data, ...config } = mnistConfig();
    expect(trainingCommand({ ...config, data, film: true })!.at(-1)).toEqual(["--film"]);
    const other = trainingCommand({ ...config, data: { ...data, scale: 100 } })!;
    expect(other[1]!.slice(0, 2)).toEqual(["--scale", "100"]);
    const path = trainingCommand({ ...config, data: { ...data, source: "/data/x.idx" } })!;
    expect(path.flat()).toContain("--scale");
  });

  it("is not there for what a command cannot say", () => {
    const config = mnistConfig();
    const without = (more: Partial<RunConfig>) => trainingCommand({ ...config, ...more });
    expect(without({ data: { ...config.data, source: "my rows" } })).toBeUndefined();
    expect(without({ model: { ...config.model, encoder: [] } })).toBeUndefined();
    const oneWay = { encoder: [784, 30, 2], decoder: [2, 784] };
    expect(trainingCommand(mnistConfig({}, oneWay))).toBeUndefined();
  });
});

describe("shellText", () => {
  it("is read by a shell as the words it was made of", () => {
    const words = [
      "plain",
      "--flag",
      "two words",
      "it's",
      `"$HOME" \`id\``,
      "a\\b",
      "*",
      "π;&|<>",
      "line\nline",
      "~",
    ];
    const script = `for word in ${shellText([words.slice(0, 3), words.slice(3)])}; do printf '%s\\0' "$word"; done`;
    const read = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
    expect(read.split("\0").slice(0, -1)).toEqual(words);
  });

  it("goes on in a new line for each group", () => {
    expect(shellText([["npx", "vaekit"], ["--seed", "0"], ["--film"]])).toBe(
      "npx vaekit \\\n  --seed 0 \\\n  --film",
    );
  });
});
