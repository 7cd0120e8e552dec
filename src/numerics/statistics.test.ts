import { expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { lowestFirst, meanWithError, spreadOf } from "./statistics.ts";

it("gives the mean and its standard error", () => {
  // Sample variance of 1, 2, 3, 4 is 5/3; the standard error √(5/3 / 4).
  const { mean, standardError } = meanWithError(Float64Array.of(1, 2, 3, 4));
  expect(mean).toBe(2.5);
  expect(standardError).toBeCloseTo(Math.sqrt(5 / 12), 12);
});

it("knows no error of a single value", () => {
  expect(meanWithError(Float64Array.of(3))).toEqual({ mean: 3, standardError: Number.NaN });
});

it("takes a deviation that single precision can tell from 0 beside the mean, otherwise 1", () => {
  expect(spreadOf(0.3, 0.1)).toBe(0.3);
  expect(spreadOf(1e-9, 0)).toBe(1e-9);
  expect(spreadOf(0, 0)).toBe(1);
  for (const mean of [0.1, -0.1]) {
    expect(spreadOf(1e-8, mean)).toBe(1e-8);
    expect(spreadOf(1e-9, mean)).toBe(1);
  }
});

it("orders values with a NaN and infinities among them, the NaN first", () => {
  expect(lowestFirst([3, Number.NaN, -1, Number.NEGATIVE_INFINITY, 3, Number.POSITIVE_INFINITY])).toEqual([
    1, 3, 2, 0, 4, 5,
  ]);
  const next = uniform(4);
  const values = Float64Array.from({ length: 500 }, (_, i) => (i % 50 === 7 ? Number.NaN : next()));
  const order = lowestFirst(values);
  expect(order.slice(0, 10).every((index) => Number.isNaN(values[index]!))).toBe(true);
  const rest = order.slice(10).map((index) => values[index]!);
  expect(rest).toEqual(rest.toSorted((a, b) => a - b));
});
