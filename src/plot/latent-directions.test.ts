import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { alongDirection, attributeVector, traversal } from "./latent-directions.ts";

const point = (...values: number[]) => new Float32Array(values);

describe("traversal", () => {
  test("goes along the given dimensions in their order, the base in the middle", () => {
    const rows = traversal(point(1, 2), [1, 0.5], [1, 0], { steps: 3, reach: 2 });
    expect([...rows]).toEqual([1, 1, 1, 2, 1, 3, -1, 2, 1, 2, 3, 2]);
  });

  test("goes three deviations in nine steps unless told otherwise", () => {
    expect([...traversal(point(0), [1], [0])]).toEqual([-3, -2.25, -1.5, -0.75, 0, 0.75, 1.5, 2.25, 3]);
  });

  test("refuses dimensions that do not exist", () => {
    expect(() => traversal(point(0, 0), [1, 1], [2])).toThrow(ConfigError);
    expect(() => traversal(point(0, 0), [1, 1], [2])).toThrow(/no latent dimension 2.*0 to 1/);
  });
});

describe("attributeVector", () => {
  test("is the difference of two classes' means", () => {
    const means = point(0, 0, 2, 4, 10, 10, 4, 2);
    expect([...attributeVector(means, [0, 1, 2, 1], 2, { plus: 1, minus: 0 })]).toEqual([3, 3]);
    expect([...attributeVector(means, [0, 1, 2, 1], 2, { plus: 0, minus: 2 })]).toEqual([-10, -10]);
  });

  test("refuses classes without examples", () => {
    const draw = () => attributeVector(point(1, 2), [0, 1], 1, { plus: 1, minus: 7 });
    expect(draw).toThrow(DataError);
    expect(draw).toThrow(/no example has label 7/);
  });
});

describe("alongDirection", () => {
  test("adds the direction as often as said", () => {
    expect([...alongDirection(point(1, 2), point(2, -1), [0, 1, -0.5])]).toEqual([1, 2, 3, 1, 0, 2.5]);
  });

  test("refuses a direction of another space", () => {
    expect(() => alongDirection(point(1, 2), point(1), [1])).toThrow(DataError);
  });
});
