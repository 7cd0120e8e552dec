import { expect, it } from "vitest";
import { drawExamples } from "./pictures.ts";

it("draws images as a grid, and other rows as lines", () => {
  const images = drawExamples(new Float32Array(4 * 6), [2, 3, 1], { columns: 4, zoom: 2 });
  // Four images 3 wide and 2 high at zoom 2, in gaps of 2.
  expect([images.width, images.height]).toEqual([4 * 6 + 5 * 2, 4 + 2 * 2]);
  const rows = drawExamples(new Float32Array(4 * 6), [6], { zoom: 7 });
  expect([rows.width, rows.height]).toEqual([42, 28]);
});

it("draws what goes beyond [0, 1] from black to white", () => {
  const values = Float32Array.of(-2, 0, 1, 2);
  const { data, width } = drawExamples(values, [1, 4, 1], { zoom: 1 }, [-2, 2]);
  const red = (x: number) => data[3 * (width + 1 + x)];
  expect([0, 1, 2, 3].map(red)).toEqual([0, 128, 191, 255]);
});
