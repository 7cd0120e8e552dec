import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImportanceEstimate } from "./importance-estimate.ts";

const logWeights = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 130 });

function estimateOf(values: readonly number[]): ImportanceEstimate {
  const estimate = new ImportanceEstimate(values.length);
  estimate.add(values.slice(0, 7));
  estimate.add(values.slice(7));
  return estimate;
}

const logMean = (values: readonly number[]) =>
  Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0) / values.length);

describe("ImportanceEstimate", () => {
  it("is what the formulas say of all weights at once", () => {
    fc.assert(
      fc.property(logWeights, (values) => {
        const weights = values.map(Math.exp);
        const estimate = estimateOf(values);
        expect(estimate.logLikelihood).toBeCloseTo(logMean(values), 9);
        const sum = weights.reduce((a, b) => a + b, 0);
        const squares = weights.reduce((a, b) => a + b * b, 0);
        expect(estimate.effectiveSampleSize / (sum ** 2 / squares)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("averages the bound over groups that share no sample", () => {
    fc.assert(
      fc.property(logWeights, (values) => {
        const sizes = [1, 5, 50].filter((size) => size <= values.length);
        const expected = sizes.map((size) => {
          const groups = Math.floor(values.length / size);
          const bounds = Array.from({ length: groups }, (_, group) =>
            logMean(values.slice(group * size, (group + 1) * size)),
          );
          return bounds.reduce((sum, bound) => sum + bound, 0) / groups;
        });
        for (const [level, bound] of estimateOf(values).curve.entries())
          expect(bound).toBeCloseTo(expected[level]!, 9);
      }),
    );
  });

  it("neither overflows nor underflows", () => {
    const { logLikelihood, effectiveSampleSize, curve } = estimateOf([-1e5, -1e5, 2e4, 2e4, 2e4]);
    expect(logLikelihood).toBeCloseTo(2e4 + Math.log(3 / 5), 9);
    expect(effectiveSampleSize).toBeCloseTo(3, 9);
    expect(curve[1]).toBeCloseTo(logLikelihood, 9);
  });

  it("passes on what is not a number", () => {
    expect(estimateOf([1, Number.NaN, 2]).logLikelihood).toBeNaN();
  });
});
