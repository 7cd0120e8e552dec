import { describe, expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import { type HyperparametersInput, hyperparameters, storedHyperparameters } from "./hyperparameters.ts";
import { flat } from "./nested-settings.ts";

const likelihoodOf = (given: HyperparametersInput) => parseSettings(hyperparameters, given).likelihood;
const given = (settings: object) => likelihoodOf(settings as HyperparametersInput);

describe("settings of a likelihood", () => {
  it("stand inside it, beside it, or in both places alike", () => {
    const expected = { type: "gaussian", sigma: "calibrated" };
    expect(given({ likelihood: { type: "gaussian", sigma: "calibrated" } })).toEqual(expected);
    expect(given({ likelihood: "gaussian", sigma: "calibrated" })).toEqual(expected);
    expect(given({ likelihood: { type: "gaussian" }, sigma: "calibrated" })).toEqual(expected);
    expect(given({ likelihood: { type: "gaussian", sigma: "calibrated" }, sigma: "calibrated" })).toEqual(
      expected,
    );
  });

  it("have defaults, with or without a group", () => {
    expect(given({})).toEqual({ type: "bernoulli" });
    expect(given({ likelihood: "student-t" })).toEqual({
      type: "student-t",
      sigma: 1,
      degreesOfFreedom: 5,
    });
    expect(given({ likelihood: { type: "student-t", sigma: undefined } })).toEqual(
      given({ likelihood: "student-t" }),
    );
  });

  it("are given beside each other again for flags", () => {
    const complete = parseSettings(hyperparameters, { likelihood: { type: "gaussian", sigma: 0.1 } });
    expect(flat(complete)).toMatchObject({ likelihood: "gaussian", sigma: 0.1 });
    expect(parseSettings(hyperparameters, flat(complete))).toEqual(complete);
    expect(parseSettings(hyperparameters, complete)).toEqual(complete);
  });

  it.each<[settings: object, sentence: string]>([
    [
      { likelihood: { type: "gaussian", sigma: 0.1 }, sigma: 0.2 },
      "sigma is 0.2 but likelihood has sigma 0.1: leave out the one beside the likelihood",
    ],
    [
      { likelihood: "bernoulli", sigma: 0.2 },
      "sigma is 0.2 but has no effect on likelihood bernoulli: leave it out, or choose likelihood gaussian or laplace or student-t",
    ],
    [
      { likelihood: { type: "poisson", mixtures: 2 } },
      "mixtures is 2 but has no effect on likelihood poisson: leave it out, or choose likelihood discretized-logistic-mixture",
    ],
    [{ likelihood: { type: "gaussian", sigma: -1 } }, "likelihood.sigma is -1: it must be a number above 0"],
    [
      { likelihood: { type: "gaussian", sgima: 1 } },
      "there is no setting likelihood.sgima: did you mean sigma?",
    ],
    [
      { likelihood: { type: "gaussian", beta: 2 } },
      "likelihood.beta is a hyperparameter: give it to new VAE(architecture, { beta })",
    ],
    [{ likelihood: {} }, "likelihood.type is missing: it must be one of bernoulli"],
    [{ likelihood: { type: "gausian" } }, "did you mean gaussian?"],
    [{ likelihood: null }, "likelihood is null: it must be one of bernoulli"],
    [{ likelihood: 3 }, "likelihood is 3: it must be one of bernoulli"],
  ])("%o is refused", (settings, sentence) => {
    expect(() => given(settings)).toThrow(ConfigError);
    expect(() => given(settings)).toThrow(sentence);
  });
});

describe("hyperparameters of version 0.1, which are flat and complete", () => {
  /** As version 0.1 wrote them, the settings of all likelihoods among them. */
  const stored = {
    likelihood: "gaussian",
    sigma: "calibrated",
    degreesOfFreedom: 5,
    logisticScale: "decoder",
    mixtures: 5,
    librarySize: "auto",
    dispersion: "perDimension",
    classes: 0,
    categories: "index",
    batchSize: 64,
  } as const;

  it("are read, those of other likelihoods left out", () => {
    const { likelihood, batchSize } = parseSettings(storedHyperparameters, stored);
    expect(likelihood).toEqual({ type: "gaussian", sigma: "calibrated" });
    expect(batchSize).toBe(64);
  });

  it("are read where they had no effect, which code could store", () => {
    const { likelihood } = parseSettings(storedHyperparameters, { ...stored, mixtures: 7 });
    expect(likelihood).toEqual({ type: "gaussian", sigma: "calibrated" });
    expect(() => parseSettings(hyperparameters, { ...stored, mixtures: 7 })).toThrow("mixtures is 7");
  });

  it("become what they were when they are written again", () => {
    const once = parseSettings(storedHyperparameters, stored);
    expect(parseSettings(storedHyperparameters, JSON.parse(JSON.stringify(once)))).toEqual(once);
  });
});
