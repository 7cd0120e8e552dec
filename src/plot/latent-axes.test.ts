import { describe, expect, test } from "vitest";
import { ConfigError } from "../common/errors.ts";
import {
  aspectOf,
  coordinateAt,
  fittingAxes,
  jointAxes,
  type LatentAxes,
  latentGrid,
  PRIOR_PERCENTILES,
  percentileTicks,
  positionOf,
  requireAxes,
} from "./latent-axes.ts";

/** Φ⁻¹ of 1/8 and 3/8 from a table. */
const [EIGHTH, THREE_EIGHTHS] = [1.1503493803760079, 0.3186393639643752];

describe("latentGrid", () => {
  test("divides the prior into cells of equal probability, and takes the middle of each", () => {
    const grid = latentGrid(PRIOR_PERCENTILES, 4, 1);
    const first = [...grid].filter((_, at) => at % 2 === 0);
    const expected = [-EIGHTH, -THREE_EIGHTHS, THREE_EIGHTHS, EIGHTH];
    for (const [index, z] of first.entries()) expect(z).toBeCloseTo(expected[index]!, 6);
    expect([...grid].filter((_, at) => at % 2 === 1)).toEqual([0, 0, 0, 0]);
  });

  test("begins with the largest second coordinate, and the first grows along a row", () => {
    const axes: LatentAxes = { scale: "linear", x: [-3, 3], y: [0, 4] };
    expect([...latentGrid(axes, 3, 2)]).toEqual([-2, 3, 0, 3, 2, 3, -2, 1, 0, 1, 2, 1]);
  });

  test("keeps to a range of percentiles", () => {
    const axes: LatentAxes = { scale: "percentile", x: [0.25, 0.75], y: [0, 1] };
    const [low, , high] = latentGrid(axes, 2, 1);
    expect(low).toBeCloseTo(-THREE_EIGHTHS, 6);
    expect(high).toBeCloseTo(THREE_EIGHTHS, 6);
  });

  test("refuses grids without cells", () => {
    expect(() => latentGrid(PRIOR_PERCENTILES, 0, 3)).toThrow(/nx is 0/);
    expect(() => latentGrid(PRIOR_PERCENTILES, 3, 1.5)).toThrow(/ny is 1.5/);
  });
});

describe("positionOf and coordinateAt", () => {
  test.each(["linear", "percentile"] as const)("undo each other on %s axes", (scale) => {
    const range = scale === "linear" ? ([-4, 6] as const) : ([0.1, 1] as const);
    for (const z of [-1, 0, 0.3, 2.5])
      expect(coordinateAt(scale, range, positionOf(scale, range, z))).toBeCloseTo(z, 12);
  });

  test("know the percentiles of the normal distribution", () => {
    expect(positionOf("percentile", [0, 1], EIGHTH)).toBeCloseTo(0.875, 12);
    expect(positionOf("percentile", [0, 1], Number.NEGATIVE_INFINITY)).toBe(0);
    expect(positionOf("linear", [-2, 2], 3)).toBe(1.25);
  });
});

describe("fittingAxes", () => {
  test("hold all finite points and the prior about the origin, without room for more", () => {
    const points = new Float32Array([1, -7, 3, 2, Number.NaN, Number.POSITIVE_INFINITY]);
    const { scale, x, y } = fittingAxes(points);
    expect(scale).toBe("linear");
    for (const [low, high, [least, most]] of [
      [-1, 3, x],
      [-7, 2, y],
    ] as const) {
      expect(least).toBeLessThan(low);
      expect(most).toBeGreaterThan(high);
    }
    expect(y[1] - y[0]).toBeCloseTo(9 * 1.08, 9);
    // No strip is narrower than 0.62 of its length, margins apart.
    expect(x[1] - x[0]).toBeCloseTo(9 * 0.62 + 9 * 0.08, 9);
    expect(fittingAxes(new Float32Array(2), 3).x[1]).toBeGreaterThan(3);
  });

  test("of several show what all of them show", () => {
    const [first, second] = [fittingAxes(new Float32Array([5, 0])), fittingAxes(new Float32Array([0, -6]))];
    expect(jointAxes([first, second])).toEqual({
      scale: "linear",
      x: [Math.min(first.x[0], second.x[0]), Math.max(first.x[1], second.x[1])],
      y: [Math.min(first.y[0], second.y[0]), Math.max(first.y[1], second.y[1])],
    });
  });
});

test("aspectOf makes units of both axes equally long", () => {
  expect(aspectOf({ scale: "linear", x: [0, 2], y: [-1, 5] })).toBe(3);
});

test("percentileTicks stand apart and in order", () => {
  const ticks = percentileTicks([0, 1], 0.06);
  expect(ticks).toEqual([-2, -1, -0.5, 0, 0.5, 1, 2]);
  expect(percentileTicks([0.5, 1], 0.05)[0]).toBe(0);
});

test.each([
  ["no width", { scale: "linear", x: [1, 1], y: [0, 1] }, /from 1 to 1/],
  ["no end", { scale: "linear", x: [0, 1], y: [0, Number.POSITIVE_INFINITY] }, /to Infinity/],
  ["no percentile", { scale: "percentile", x: [0, 1], y: [-3, 3] }, /percentiles lie between 0 and 1/],
] as const)("requireAxes refuses axes of %s", (_, axes, message) => {
  expect(() => requireAxes(axes)).toThrow(ConfigError);
  expect(() => requireAxes(axes)).toThrow(message);
});
