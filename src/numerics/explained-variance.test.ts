import { expect, test } from "vitest";
import { normals } from "../../test/reference/normals.ts";
import { explainedVariance, momentsOf } from "./explained-variance.ts";

test("moments are those of the columns", () => {
  const { mean, variance } = momentsOf([1, 10, 3, 10, 5, 10], 2);
  expect(Array.from(mean)).toEqual([3, 10]);
  expect(variance[0]).toBeCloseTo(8 / 3, 12);
  expect(variance[1]).toBe(0);
});

test("a linear function of the features is explained whole, even where a feature stands twice", () => {
  const draws = Array.from({ length: 200 }, normals(1));
  const features = Array.from({ length: 100 }, (_, i) => [
    draws[2 * i]!,
    draws[2 * i + 1]!,
    draws[2 * i]!,
  ]).flat();
  const target = Array.from({ length: 100 }, (_, i) => 7 + 2 * draws[2 * i]! - draws[2 * i + 1]!);
  expect(explainedVariance(features, 3, target)).toBeCloseTo(1, 4);
});

test("what is half noise is explained by half", () => {
  const draws = Array.from({ length: 20_000 }, normals(2));
  const features = draws.slice(0, 10_000);
  const target = features.map((value, i) => value + draws[10_000 + i]!);
  expect(explainedVariance(features, 1, target)).toBeCloseTo(0.5, 1);
});

test("a target that does not vary has nothing to explain", () => {
  expect(explainedVariance([1, 2, 3], 1, [4, 4, 4])).toBeUndefined();
});
