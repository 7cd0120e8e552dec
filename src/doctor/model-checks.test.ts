import { describe, expect, it } from "vitest";
import { exampleConfig } from "../run/testing/config.ts";
import type { ModelEvidence, RunEvidence } from "./evidence.ts";
import { examine } from "./examine.ts";

const healthyRun: RunEvidence = { config: exampleConfig, iterations: 1000, history: [], baseline: -100 };

const healthyModel: ModelEvidence = {
  examples: 400,
  train: { elbo: -50, standardError: 1 },
  heldOut: { elbo: -52, standardError: 1 },
  klPerDimension: [2, 2],
  meanVariance: [0.9, 0.9],
  aggregateVariance: [1, 1],
  secondMoment: [1, 1],
  reconstructedVariance: 0.7,
  layers: [{ name: "encoder.0", units: 5, dead: 0 }],
  effectiveSampleSize: { median: 40, samples: 200 },
};

function findings(model: Partial<ModelEvidence>, run: Partial<RunEvidence> = {}) {
  const evidence = { model: { ...healthyModel, ...model }, run: { ...healthyRun, ...run } };
  return examine(evidence).findings.map(({ code, evidence }) => `${code}: ${evidence}`);
}

/** Validations at the iterations of these bounds. */
function historyOf(bounds: Readonly<Record<number, number>>): RunEvidence["history"] {
  return Object.entries(bounds).map(([iteration, elbo]) => ({
    type: "validation",
    iteration: Number(iteration),
    epoch: 1,
    seconds: 1,
    best: true,
    elbo,
    reconstruction: elbo + 4,
    kl: 4,
  }));
}

describe("the doctor", () => {
  it("finds nothing in a healthy model", () => {
    expect(findings({})).toEqual([]);
  });

  it("tells of codes far from the prior", () => {
    expect(findings({ secondMoment: [9, 1] })).toEqual([
      "prior-mismatch: codes of 1 latent dimension have a mean square up to 9.00, and the prior has 1: samples from the prior miss where codes are",
    ]);
    expect(findings({ secondMoment: [4, 1] })).toEqual([]);
  });

  it("tells of a likelihood that hangs on single draws", () => {
    expect(findings({ effectiveSampleSize: { median: 1.2, samples: 200 } })).toEqual([
      "unreliable-likelihood: of 200 importance samples, half of the examples have fewer than 1.2 effective ones",
    ]);
    expect(findings({ effectiveSampleSize: { median: 2, samples: 200 } })).toEqual([]);
  });

  it("judges no latent space, units or reconstructions by a few rows", () => {
    const broken = {
      layers: [{ name: "encoder.0", units: 8, dead: 8 }],
      secondMoment: [90, 1],
      reconstructedVariance: 0,
    };
    expect(findings({ ...broken, examples: 19 })).toEqual([]);
    expect(findings({ ...broken, examples: 20 })).toHaveLength(3);
  });

  it("tells of reconstructions that are all the same", () => {
    expect(findings({ reconstructedVariance: 1e-5 })[0]).toMatch(/^constant-reconstructions: /);
    // A collapsed latent space explains them, and is said.
    const collapsed = { reconstructedVariance: 1e-5, klPerDimension: [0, 0] };
    expect(findings(collapsed).map((each) => each.split(":")[0])).toEqual(["posterior-collapse"]);
  });

  it("tells of codes of counts that follow the depth", () => {
    expect(findings({ depthExplained: 0.97 })).toEqual([
      "depth-in-latents: the latent means explain 97 % of the variance of ln(row sum)",
    ]);
    expect(findings({ depthExplained: 0.4 })).toEqual([]);
  });

  it("does not recommend what is in force", () => {
    const settings = (changed: object, training: object = {}) => ({
      config: {
        ...exampleConfig,
        hyperparameters: { ...exampleConfig.hyperparameters, ...changed },
        training: { ...exampleConfig.training, ...training },
      },
    });
    const remedyFor = (run: Partial<RunEvidence>, model: Partial<ModelEvidence>) =>
      examine({ model: { ...healthyModel, ...model }, run: { ...healthyRun, ...run } }).findings[0]!.remedy;
    const collapsed = { klPerDimension: [0, 0] };
    expect(remedyFor({}, collapsed)).toMatch(/--kl-warmup.*--free-bits.*train longer/);
    expect(remedyFor(settings({ klWarmup: 1500 }), collapsed)).not.toMatch(/--kl-warmup/);
    expect(remedyFor(settings({ freeBits: 0.5 }), collapsed)).not.toMatch(/--free-bits/);
    const stopped = { ...settings({}, { patience: 5, maxIterations: 9000 }), iterations: 1000 };
    expect(remedyFor(stopped, collapsed)).not.toMatch(/train longer/);
    const dead = { layers: [{ name: "encoder.0", units: 5, dead: 5 }] };
    expect(remedyFor(settings({ activation: "elu" }), dead)).toBe("lower the learning rate");
    expect(remedyFor(settings({ activation: "relu" }), dead)).toMatch(/--activation elu/);
    const overfitted = { heldOut: { elbo: -90, standardError: 1 } };
    expect(remedyFor(settings({ keepProbability: 0.9 }, { patience: 3 }), overfitted)).toBe(
      "use smaller layers, or gather more data",
    );
  });

  it("sees held-out rows get worse while training rows get better", () => {
    const log = (iteration: number, elbo: number) =>
      ({
        type: "log",
        iteration,
        epoch: 1,
        seconds: 1,
        learningRate: 1e-3,
        beta: 1,
        elbo,
        reconstruction: elbo + 4,
        kl: 4,
      }) as const;
    const falling = historyOf({ 100: -60, 300: -30, 786: -25, 1500: -27, 3000: -29.3 });
    const rising = [log(100, -58), log(786, -20), log(3000, -11.8)];
    expect(findings({}, { history: [...falling, ...rising] })).toEqual([
      "overfitting: the bound on validation rows fell from -25.00 nats at iteration 786 to -29.30 at 3000, while that of training rows rose",
    ]);
    // Where both fall, steps are too long.
    expect(findings({}, { history: [...falling, log(100, -58), log(786, -20), log(3000, -33)] })).toEqual([]);
  });

  it("tells of a bound that still rises at the end", () => {
    expect(findings({}, { history: historyOf({ 200: -90, 800: -75, 1000: -50 }) })).toEqual([
      "underfitting: 50 % of what the training won came in its last fifth",
    ]);
    expect(findings({}, { history: historyOf({ 200: -90, 800: -60, 1000: -50 }) })).toEqual([]);
  });

  it("reports a bound that training barely raised", () => {
    const few = { elbo: -96, standardError: 1 };
    expect(findings({ train: few, heldOut: few })).toEqual([
      expect.stringMatching(/^underfitting: the held-out ELBO is -96\.00 nats after 1000 iterations, /),
    ]);
  });

  it("tells of training rows known by heart, where chance does not explain it", () => {
    const of = (elbo: number, standardError: number) => ({ elbo, standardError });
    expect(findings({ heldOut: of(-70, 1) })).toEqual([
      "overfitting: the ELBO is -50.00 on training rows and -70.00 on others",
    ]);
    expect(findings({ train: of(-50, 20), heldOut: of(-70, 20) })).toEqual([]);
    expect(findings({ heldOut: of(-60, 1) })).toEqual([]);
  });
});
