import { describe, expect, it } from "vitest";
import { draws, normals } from "../../test/reference/normals.ts";
import { uniform } from "../../test/reference/random.ts";
import { maximumMeanDiscrepancy } from "./mmd.ts";

describe("maximumMeanDiscrepancy", () => {
  it("is the unbiased estimate, pair by pair", () => {
    const normal = normals(4);
    const [a, b] = [draws(14, normal), draws(14, normal)].map((values) => Float64Array.from(values)) as [
      Float64Array,
      Float64Array,
    ];
    const k = (x: number, p: Float64Array, y: number, q: Float64Array) =>
      4 / (4 + (p[2 * x]! - q[2 * y]!) ** 2 + (p[2 * x + 1]! - q[2 * y + 1]!) ** 2);
    let expected = 0;
    for (let i = 0; i < 7; i++)
      for (let j = 0; j < 7; j++) {
        if (i !== j) expected += (k(i, a, j, a) + k(i, b, j, b)) / 42;
        expected -= (2 * k(i, a, j, b)) / 49;
      }
    expect(maximumMeanDiscrepancy(a, b, 2, uniform(1)).squared).toBeCloseTo(expected, 6);
  });

  it("is undefined for single points", () => {
    const single = maximumMeanDiscrepancy(Float64Array.of(0, 1), Float64Array.of(2, 3), 2, uniform(1));
    expect(single).toEqual({ squared: Number.NaN, pValue: Number.NaN });
  });

  it("is around 0 for one distribution, and seen for two", () => {
    const normal = normals(6);
    const sample = (shift: number) => Float64Array.from({ length: 300 }, () => normal() + shift);
    const same = Array.from({ length: 40 }, () =>
      maximumMeanDiscrepancy(sample(0), sample(0), 3, uniform(2)),
    );
    const mean = same.reduce((sum, { squared }) => sum + squared, 0) / 40;
    const spread = Math.sqrt(same.reduce((sum, { squared }) => sum + (squared - mean) ** 2, 0) / 39);
    expect(Math.abs(mean)).toBeLessThan((4 * spread) / Math.sqrt(40));
    expect(same.filter(({ pValue }) => pValue <= 0.1).length).toBeLessThan(12);
    expect(maximumMeanDiscrepancy(sample(0), sample(1), 3, uniform(2)).pValue).toBe(0.01);
  });
});
