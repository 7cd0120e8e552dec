import { describe, expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { drawFromMixture, fitGaussianMixture } from "./gaussian-mixture.ts";

const next = uniform(1);
const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

describe("fitGaussianMixture", () => {
  it("finds the components that points were drawn from", () => {
    const truth = {
      dimensions: 2,
      weights: Float64Array.of(0.3, 0.7),
      means: Float64Array.of(-4, 0, 3, 2),
      factors: Float64Array.of(1, 0, 0.5, 0.5, 0.4, 0, -0.3, 1),
      logLikelihood: 0,
    };
    const points = drawFromMixture(truth, 20_000, { uniform: next, normal });
    const found = fitGaussianMixture(points, 2, 2, uniform(2));
    const order = found.means[0]! < found.means[2]! ? [0, 1] : [1, 0];
    const ordered = (values: Float64Array, width: number) =>
      order.flatMap((k) => Array.from(values.subarray(k * width, (k + 1) * width)));
    for (const [i, value] of ordered(found.weights, 1).entries())
      expect(value).toBeCloseTo(truth.weights[i]!, 1);
    for (const [i, value] of ordered(found.means, 2).entries()) expect(value).toBeCloseTo(truth.means[i]!, 1);
    for (const row of [0, 2, 3, 4, 6, 7])
      expect(Math.abs(ordered(found.factors, 4)[row]! - truth.factors[row]!)).toBeLessThan(0.05);
  });

  it("is with one component the normal distribution of mean and covariance, in closed form", () => {
    const points = Float64Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? next() : normal()));
    const { means, factors, weights } = fitGaussianMixture(points, 3, 1, uniform(3));
    expect(weights[0]).toBeCloseTo(1, 12);
    for (let d = 0; d < 3; d++) {
      const column = points.filter((_, i) => i % 3 === d);
      const mean = column.reduce((sum, each) => sum + each, 0) / 100;
      const variance = column.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 100;
      expect(means[d]).toBeCloseTo(mean, 9);
      const row = factors.subarray(3 * d, 3 * d + 3);
      expect(row.reduce((sum, each) => sum + each * each, 0)).toBeCloseTo(variance, 4);
    }
  });

  it("refuses fewer points than components, and points that are all the same", () => {
    expect(() => fitGaussianMixture([1, 2], 1, 3, next)).toThrow("2 points cannot make a mixture of 3");
    expect(() => fitGaussianMixture([1, 1, 1, 1], 2, 1, next)).toThrow("all points are the same");
  });
});
