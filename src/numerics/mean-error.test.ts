import { expect, it } from "vitest";
import { meanWithError } from "./mean-error.ts";

it("gives the mean and its standard error", () => {
  // Sample variance of 1, 2, 3, 4 is 5/3; the standard error √(5/3 / 4).
  const { mean, standardError } = meanWithError(Float64Array.of(1, 2, 3, 4));
  expect(mean).toBe(2.5);
  expect(standardError).toBeCloseTo(Math.sqrt(5 / 12), 12);
});

it("knows no error of a single value", () => {
  expect(meanWithError(Float64Array.of(3))).toEqual({ mean: 3, standardError: Number.NaN });
});
