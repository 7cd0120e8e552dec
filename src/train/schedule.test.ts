import { describe, expect, it } from "vitest";
import { hyperparameters } from "../models/hyperparameters.ts";
import { betaAt, capacityAt, learningRateAt } from "./schedule.ts";
import { trainingSettings } from "./settings.ts";

const run = trainingSettings.parse({ maxIterations: 1000 });
const rate = (iteration: number, settings: object) =>
  learningRateAt(iteration, hyperparameters.parse({ learningRate: 0.1, ...settings }), run);

describe("learningRateAt", () => {
  it("stays where it is", () => {
    expect([1, 500, 1000].map((iteration) => rate(iteration, {}))).toEqual([0.1, 0.1, 0.1]);
  });

  it("rises in equal steps while warming up", () => {
    const warm = { learningRateWarmup: 4 };
    expect([1, 2, 4, 5].map((iteration) => rate(iteration, warm))).toEqual([0.025, 0.05, 0.1, 0.1]);
  });

  it("falls along half a cosine after the warm-up", () => {
    const cosine = { schedule: "cosine", learningRateWarmup: 200 };
    expect(rate(201, cosine)).toBeCloseTo(0.1, 12);
    expect(rate(601, cosine)).toBeCloseTo(0.05, 12);
    expect(rate(1000, cosine)).toBeLessThan(1e-6);
  });

  it("drops by a factor every so often", () => {
    const step = { schedule: "step", learningRateStep: 300, learningRateDecay: 0.5 };
    expect([1, 300, 301, 601].map((iteration) => rate(iteration, step))).toEqual([0.1, 0.1, 0.05, 0.025]);
  });
});

describe("betaAt", () => {
  it("rises linearly to beta over the warm-up", () => {
    const settings = hyperparameters.parse({ beta: 4, klWarmup: 100 });
    expect([1, 50, 100, 500].map((iteration) => betaAt(iteration, settings, run))).toEqual([0.04, 2, 4, 4]);
  });

  it("rises anew in each cycle, and holds for its second half", () => {
    const settings = hyperparameters.parse({ beta: 2, klCycles: 4 });
    const at = [1, 26, 63.5, 126, 250, 251, 313.5, 1000].map((iteration) => betaAt(iteration, settings, run));
    expect(at).toEqual([0, 0.4, 1, 2, 2, 0, 1, 2]);
  });

  it("begins at 0 exactly as often as it is asked to, however long the cycles", () => {
    for (const [maxIterations, klCycles] of [
      [30, 9],
      [20_000, 6],
      [20_000, 12],
      [20_000, 14],
      [97, 13],
    ] as const) {
      const settings = hyperparameters.parse({ klCycles, klCycleRise: 1 });
      const at = Array.from({ length: maxIterations }, (_, i) => betaAt(i + 1, settings, { maxIterations }));
      const falls = at.filter((beta, i) => i > 0 && beta < at[i - 1]!).length;
      expect(falls).toBe(klCycles - 1);
      expect(Math.max(...at)).toBeLessThan(1);
    }
  });

  it("rises over as much of a cycle as is asked", () => {
    const settings = hyperparameters.parse({ klCycles: 1, klCycleRise: 1 });
    expect(betaAt(501, settings, run)).toBeCloseTo(0.5, 12);
  });
});

describe("capacityAt", () => {
  it("rises linearly to the capacity", () => {
    const settings = hyperparameters.parse({ capacity: 20, capacityWarmup: 100 });
    expect([1, 50, 100, 500].map((iteration) => capacityAt(iteration, settings))).toEqual([0.2, 10, 20, 20]);
  });
});
