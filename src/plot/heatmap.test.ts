import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { type HeatmapOptions, heatmap } from "./heatmap.ts";
import { NOT_A_NUMBER } from "./pixels.ts";

function colours(values: number[], options: HeatmapOptions): number[][] {
  const { data } = heatmap(new Float32Array(values), { scale: 1, rowHeight: 1, ...options });
  return Array.from({ length: data.length / 3 }, (_, index) => [...data.subarray(3 * index, 3 * index + 3)]);
}

const greys = (values: number[], options: HeatmapOptions) => colours(values, options).map(([red]) => red);

describe("heatmap", () => {
  test("draws the least value black and the greatest white", () => {
    expect(greys([-2, 3, 8, 0], { columns: 2 })).toEqual([0, 128, 255, 51]);
  });

  test("draws a row of values as a line of cells", () => {
    const picture = heatmap(new Float32Array([0, 1, 1, 0, 1, 0]), { columns: 3, scale: 2, rowHeight: 3 });
    expect(picture).toMatchObject({ width: 6, height: 6, channels: 3 });
    const reds = Array.from({ length: 6 }, (_, y) =>
      Array.from({ length: 6 }, (_, x) => picture.data[3 * (6 * y + x)]),
    );
    const [first, second] = [
      [0, 0, 255, 255, 255, 255],
      [0, 0, 255, 255, 0, 0],
    ];
    expect(reds).toEqual([first, first, first, second, second, second]);
  });

  test("clamps to a given range", () => {
    expect(greys([-1, 0, 0.2, 1, 7], { columns: 5, range: [0, 1] })).toEqual([0, 0, 51, 255, 255]);
  });

  test("leaves what is not finite out of its range", () => {
    const values = [0, Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const [zero, nan, one, above, below] = colours(values, { columns: 5 });
    expect([zero, one, above, below]).toEqual([
      [0, 0, 0],
      [255, 255, 255],
      [255, 255, 255],
      [0, 0, 0],
    ]);
    expect(nan).toEqual([...NOT_A_NUMBER]);
  });

  test("draws one value alone in a middle grey, however large, and only NaN as such", () => {
    expect(greys([5, 5], { columns: 2 })).toEqual([128, 128]);
    expect(greys([-1e30], { columns: 1 })).toEqual([128]);
    expect(colours([Number.NaN], { columns: 1 })).toEqual([[...NOT_A_NUMBER]]);
  });

  test.each([
    ["no rows", [], { columns: 2 }, DataError],
    ["part of a row", [1, 2, 3], { columns: 2 }, DataError],
    ["no columns", [1], { columns: 0 }, ConfigError],
    ["an empty range", [1], { columns: 1, range: [1, 1] }, ConfigError],
    ["a range without an end", [1], { columns: 1, range: [0, Number.POSITIVE_INFINITY] }, ConfigError],
    ["a broken cell", [1], { columns: 1, scale: 0.5 }, ConfigError],
  ] as const)("refuses %s", (_, values, options, type) => {
    expect(() => heatmap(new Float32Array(values), options)).toThrow(type);
  });
});
