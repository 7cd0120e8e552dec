import { describe, expect, it } from "vitest";
import { hyperparameters } from "../models/hyperparameters.ts";
import { learningRateAt } from "./schedule.ts";
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
