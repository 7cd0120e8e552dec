import { describe, expect, it } from "vitest";
import { exampleConfig } from "../run/testing/config.ts";
import type { ModelEvidence, RunEvidence } from "./evidence.ts";
import { examine } from "./examine.ts";

const healthyRun: RunEvidence = { config: exampleConfig, iterations: 1000, history: [], baseline: -100 };

const healthyModel: ModelEvidence = {
  train: { elbo: -50, standardError: 1 },
  heldOut: { elbo: -52, standardError: 1 },
  klPerDimension: [2, 2],
  meanVariance: [0.9, 0.9],
  aggregateVariance: [1, 1],
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
    expect(findings({ aggregateVariance: [9, 1] })).toEqual([
      "prior-mismatch: codes of 1 latent dimensions have a variance up to 9.00, and the prior has 1",
    ]);
    expect(findings({ aggregateVariance: [4, 1] })).toEqual([]);
  });

  it("tells of a likelihood that hangs on single draws", () => {
    expect(findings({ effectiveSampleSize: { median: 1.2, samples: 200 } })).toEqual([
      "unreliable-likelihood: of 200 importance samples, half of the examples have fewer than 1.2 effective ones",
    ]);
    expect(findings({ effectiveSampleSize: { median: 2, samples: 200 } })).toEqual([]);
  });

  it("tells of a bound that still rises at the end", () => {
    expect(findings({}, { history: historyOf({ 200: -90, 800: -75, 1000: -50 }) })).toEqual([
      "underfitting: 50 % of what the training won came in its last fifth",
    ]);
    expect(findings({}, { history: historyOf({ 200: -90, 800: -60, 1000: -50 }) })).toEqual([]);
  });

  it("tells of a bound that training hardly raised", () => {
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
