import { describe, expect, test } from "vitest";
import { DataError } from "../common/errors.ts";
import { principalComponents, project } from "./principal-components.ts";

describe("principalComponents", () => {
  test("finds the axes of an ellipse, worked out by hand", () => {
    // Deviations ±3 along (3, 4)/5 and ±1 along (−4, 3)/5 about (10, −2); sample variances 18/3 and 2/3.
    const points = new Float32Array([11.8, 0.4, 8.2, -4.4, 9.2, -1.4, 10.8, -2.6]);
    const { mean, components, variances, shares } = principalComponents(points, 2);
    expect(mean[0]).toBeCloseTo(10, 5);
    expect(mean[1]).toBeCloseTo(-2, 5);
    for (const [at, value] of [0.6, 0.8, 0.8, -0.6].entries()) expect(components[at]).toBeCloseTo(value, 5);
    expect(variances[0]).toBeCloseTo(6, 4);
    expect(variances[1]).toBeCloseTo(2 / 3, 4);
    expect(shares[0]).toBeCloseTo(0.9, 5);
  });

  test("takes the largest components first, of unit length and at right angles", () => {
    const points = Float32Array.from({ length: 500 * 5 }, (_, at) => {
      const wave = ((at + 1) * 0.7548776662) % 1;
      return (wave - 0.5) * [1, 9, 3, 0.5, 5][at % 5]!;
    });
    const { components, variances } = principalComponents(points, 5, 3);
    const row = (index: number) => components.subarray(5 * index, 5 * index + 5);
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) expect(dot(row(i), row(j))).toBeCloseTo(i === j ? 1 : 0, 10);
    expect(variances[0]).toBeGreaterThan(variances[1]!);
    expect(variances[1]).toBeGreaterThan(variances[2]!);
    const projected = project(points, principalComponents(points, 5, 3));
    for (let component = 0; component < 3; component++) {
      const values = [...projected].filter((_, at) => at % 3 === component);
      const variance = values.reduce((sum, value) => sum + value * value, 0) / (values.length - 1);
      expect(variance / variances[component]!).toBeCloseTo(1, 4);
    }
  });

  test("of points that do not differ has no variance", () => {
    const { variances, shares } = principalComponents(new Float32Array([1, 2, 1, 2]), 2);
    expect([...variances, ...shares]).toEqual([0, 0, 0, 0]);
  });

  test("refuses too few points or dimensions", () => {
    expect(() => principalComponents(new Float32Array(2), 2)).toThrow(DataError);
    expect(() => principalComponents(new Float32Array(5), 2)).toThrow(/5 values are not two points/);
    expect(() => principalComponents(new Float32Array(4), 1, 2)).toThrow(/1 dimensions have no 2 components/);
  });
});
