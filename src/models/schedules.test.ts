import { describe, expect, it } from "vitest";
import { type Hyperparameters, hyperparameters } from "./hyperparameters.ts";
import { schedulesOf } from "./objective-of.ts";
import { valueAt } from "./schedules.ts";

const run = { maxIterations: 1000 };

const betaAt = (iteration: number, settings: Hyperparameters, { maxIterations }: typeof run) =>
  valueAt(schedulesOf(settings).beta, iteration, maxIterations);
const capacityAt = (iteration: number, settings: Hyperparameters) =>
  valueAt(schedulesOf(settings).capacity, iteration, run.maxIterations);

describe("the schedule of beta", () => {
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

describe("the schedule of the capacity", () => {
  it("rises linearly to the capacity", () => {
    const settings = hyperparameters.parse({ capacity: 20, capacityWarmup: 100 });
    expect([1, 50, 100, 500].map((iteration) => capacityAt(iteration, settings))).toEqual([0.2, 10, 20, 20]);
  });
});
