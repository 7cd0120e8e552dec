import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { closedTour, interpolate, priorWalk } from "./latent-paths.ts";

const point = (...values: number[]) => new Float32Array(values);

/** Expects values to agree to float32's precision. */
function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [at, value] of actual.entries()) expect(value).toBeCloseTo(expected[at]!, 5);
}

describe("interpolate", () => {
  test("goes straight in equal steps, ends included", () => {
    expectClose(interpolate(point(0, 4), point(2, 0), 5), [0, 4, 0.5, 3, 1, 2, 1.5, 1, 2, 0]);
  });

  test("goes along a circle when spherical", () => {
    const half = Math.SQRT1_2;
    expectClose(interpolate(point(1, 0), point(0, 1), 3, "spherical"), [1, 0, half, half, 0, 1]);
  });

  test("lets the length go evenly from one point's to the other's when spherical", () => {
    const path = interpolate(point(2, 0, 0), point(0, 0, 6), 5, "spherical");
    const lengths = [0, 1, 2, 3, 4].map((step) => Math.hypot(...path.subarray(3 * step, 3 * step + 3)));
    expectClose(new Float32Array(lengths), [2, 3, 4, 5, 6]);
    const angles = [0, 1, 2, 3, 4].map((step) => Math.atan2(path[3 * step + 2]!, path[3 * step]!));
    expectClose(
      new Float32Array(angles),
      [0, 1, 2, 3, 4].map((step) => (step * Math.PI) / 8),
    );
  });

  test.each([
    ["the same direction", point(1, 1), point(3, 3)],
    ["the origin", point(0, 0), point(1, 2)],
    ["opposite directions", point(1, 0), point(-1, 0)],
  ])("is straight where no angle is defined: %s", (_, from, to) => {
    expect(interpolate(from, to, 4, "spherical")).toEqual(interpolate(from, to, 4));
  });

  test("refuses points that do not match, and one step", () => {
    expect(() => interpolate(point(1), point(1, 2), 3)).toThrow(DataError);
    expect(() => interpolate(point(1), point(2), 1)).toThrow(/steps is 1/);
  });
});

describe("closedTour", () => {
  test("visits every stop, and ends a step before the first", () => {
    expectClose(closedTour(point(0, 3, 6), 1, 3), [0, 1, 2, 3, 4, 5, 6, 4, 2]);
  });

  test("may go along circles", () => {
    const tour = closedTour(point(1, 0, 0, 1, -1, 0, 0, -1), 2, 10, "spherical");
    for (let frame = 0; frame < 40; frame++)
      expect(Math.hypot(tour[2 * frame]!, tour[2 * frame + 1]!)).toBeCloseTo(1, 5);
  });

  test("refuses part of a stop", () => {
    expect(() => closedTour(point(1, 2, 3), 2, 5)).toThrow(/3 values are not whole latent points/);
  });
});

describe("priorWalk", () => {
  /** Standard normal by Box and Muller's transform of a linear congruential generator. */
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const noise = Float32Array.from(
    { length: 40_000 },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );

  test("begins with the first draw, and follows the recursion", () => {
    expectClose(priorWalk(point(1, 2, 3, 4), 2, 0.6), [1, 2, 0.6 + 2.4, 1.2 + 3.2]);
    expect(priorWalk(point(1, 2, 3, 4), 2, 0)).toEqual(point(1, 2, 3, 4));
    expect(priorWalk(point(1, 2, 3, 4), 2, 1)).toEqual(point(1, 2, 1, 2));
  });

  test("keeps the prior's variance", () => {
    const walk = priorWalk(noise, 2, 0.8);
    const variance = walk.reduce((sum, z) => sum + z * z, 0) / walk.length;
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
  });

  test("refuses correlations that are none", () => {
    expect(() => priorWalk(noise, 2, 1.1)).toThrow(ConfigError);
    expect(() => priorWalk(point(1, 2, 3), 2, 0.5)).toThrow(DataError);
  });
});
