import { describe, expect, it } from "vitest";
import { notConverged } from "./convergence.ts";

const sampling = (rise: number, error: number, effective: readonly number[]) => ({
  logLikelihood: new Float64Array(effective.length),
  effectiveSampleSize: Float64Array.from(effective),
  curve: [
    { samples: 50, mean: -91, standardError: 1 },
    { samples: 500, mean: -91 + rise, standardError: 1, rise: { mean: rise, standardError: error } },
  ],
});

describe("notConverged", () => {
  it("is silent when the curve is flat and weights are even", () => {
    expect(notConverged(sampling(0.1, 0.02, [20, 30, 40]))).toBeUndefined();
  });

  it("tells of a rise that is plain to see", () => {
    expect(notConverged(sampling(0.9, 0.05, [20, 30, 40]))).toContain(
      "from 50 to 500 samples it rose by 0.90 nat",
    );
  });

  it("does not take noise for a rise", () => {
    expect(notConverged(sampling(0.9, 0.6, [20, 30, 40]))).toBeUndefined();
  });

  it("tells when half of the examples hang on few draws", () => {
    expect(notConverged(sampling(0.1, 0.02, [1.2, 1.5, 40]))).toContain("1.5 effective samples or fewer");
  });
});
