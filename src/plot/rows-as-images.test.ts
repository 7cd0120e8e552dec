import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { rowsAsHeatMaps, rowsAsLines } from "./rows-as-images.ts";

/** The mean height of ink in each column of the first image, from the bottom, 0 to 1; NaN where there is none. */
function heights({ values, shape: [height, width] }: ReturnType<typeof rowsAsLines>): number[] {
  return Array.from({ length: width }, (_, x) => {
    let [sum, weight] = [0, 0];
    for (let y = 0; y < height; y++) {
      sum += values[y * width + x]! * (1 - (y + 0.5) / height);
      weight += values[y * width + x]!;
    }
    return sum / weight;
  });
}

describe("rowsAsLines", () => {
  test("draws values from left to right, greater ones higher", () => {
    const lines = rowsAsLines(new Float32Array([0, 1, 2, 3, 4]), 5, { height: 50, width: 50 });
    expect(lines.shape).toEqual([50, 50, 1]);
    const drawn = heights(lines);
    const margin = drawn.findIndex((height) => !Number.isNaN(height));
    expect(margin).toBeLessThan(5);
    for (let x = margin + 2; x < 48 - margin; x++)
      expect(Math.abs(drawn[x]! - (x + 0.5) / 50)).toBeLessThan(0.02);
  });

  test("draws all rows to one scale, or to a given one", () => {
    const rows = new Float32Array([0, 0, 4, 4]);
    const { values } = rowsAsLines(rows, 2, { height: 20, width: 20 });
    const line = (image: number, y: number) => values[image * 400 + y * 20 + 10]!;
    expect(line(0, 18)).toBeGreaterThan(0.5);
    expect(line(1, 1)).toBeGreaterThan(0.5);
    const middle = heights(rowsAsLines(rows, 2, { height: 20, width: 20, range: [-4, 4] }))[10]!;
    expect(middle).toBeCloseTo(0.5, 1);
  });

  test("leaves a gap at what is not a number, and draws a value alone as a dot", () => {
    const gap = heights(
      rowsAsLines(new Float32Array([1, 2, Number.NaN, 2, 1]), 5, { height: 40, width: 40 }),
    );
    expect(gap[20]).toBeNaN();
    expect(gap[8]).not.toBeNaN();
    expect(gap[32]).not.toBeNaN();
    const dot = rowsAsLines(new Float32Array([3]), 1, { height: 9, width: 9 });
    expect(dot.values.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(1);
  });
});

describe("rowsAsHeatMaps", () => {
  test("scales a matrix to its range", () => {
    const { values, shape } = rowsAsHeatMaps(new Float32Array([-2, 0, 2, 1]), [2, 2]);
    expect(shape).toEqual([2, 2, 1]);
    expect([...values]).toEqual([0, 0.5, 1, 0.75]);
  });

  test("draws a vector as a strip", () => {
    const { values, shape } = rowsAsHeatMaps(
      new Float32Array([0, 1, 2, 3, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0]),
      [8],
      {
        range: [0, 4],
      },
    );
    expect(shape).toEqual([2, 8, 1]);
    expect([...values.subarray(8, 16)]).toEqual([0, 0.25, 0.5, 0.75, 1, 1, 1, 1]);
    expect([...values.subarray(0, 8)]).toEqual([...values.subarray(8, 16)]);
    expect(values.subarray(16).every((value) => value === 0)).toBe(true);
  });
});

test.each([
  ["no rows", [], 2, undefined, DataError],
  ["part of a row", [1, 2, 3], 2, undefined, DataError],
  ["a range to nowhere", [1, 2], 2, [1, 1] as const, ConfigError],
])("refuse %s", (_, values, length, range, type) => {
  expect(() => rowsAsLines(new Float32Array(values), length, { range })).toThrow(type);
  expect(() => rowsAsHeatMaps(new Float32Array(values), [length], { range })).toThrow(type);
});
