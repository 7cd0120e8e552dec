import { describe, expect, it } from "vitest";
import { ConfigError, DataError, RunError } from "../common/errors.ts";
import { flagHelp, readFlags } from "./flags.ts";
import { givenHyperparameters, hyperparameterFlags, namingFlags, trainingFlags } from "./setting-flags.ts";

describe("flags of settings", () => {
  it("keep the defaults to themselves, but show them", () => {
    expect(readFlags(hyperparameterFlags, {}).batchSize).toBeUndefined();
    expect(flagHelp(hyperparameterFlags.batchSize)).toMatch(/\(a positive integer; default: 128\)$/);
    expect(flagHelp(trainingFlags.maxIterations)).toMatch(/default: 20000\)$/);
  });

  it("give only what was typed", () => {
    const input = { ...readFlags(hyperparameterFlags, { beta: "4", sigma: "shared" }), seed: 3 };
    expect(givenHyperparameters(input)).toEqual({ beta: 4, sigma: "shared" });
  });

  it("refuse what the settings refuse", () => {
    expect(() => readFlags(hyperparameterFlags, { activation: "elo" })).toThrow(
      /^--activation is "elo": it must be one of elu, relu, .*; did you mean elu\?$/,
    );
    expect(() => readFlags(hyperparameterFlags, { keepProbability: "0" })).toThrow(
      "--keep-probability is 0: it must be a probability above 0, at most 1",
    );
  });
});

describe("complaints about settings", () => {
  const complain = (error: Error) =>
    namingFlags(async () => {
      throw error;
    });

  it.each([
    [
      "klWarmup is 9 iterations but training has 5: it must be shorter than training",
      "--kl-warmup is 9 iterations but training has 5: it must be shorter than training",
    ],
    [
      "learningRateWarmup is 9 but maxIterations is 5",
      "--learning-rate-warmup is 9 but --max-iterations is 5",
    ],
    ["beta is 2 but the run has 1", "--beta is 2 but the run has 1"],
    ["the schedule and the patience of a saint", "the schedule and the patience of a saint"],
  ])("%s", async (said, heard) => {
    await expect(complain(new ConfigError(said))).rejects.toStrictEqual(new ConfigError(heard));
    await expect(complain(new RunError(said))).rejects.toStrictEqual(new RunError(heard));
  });

  it("leave other errors alone", async () => {
    const error = new DataError("batchSize is a column");
    await expect(complain(error)).rejects.toBe(error);
  });
});
