import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { imageGrid } from "./image-grid.ts";
import { type Colour, NOT_A_NUMBER, type Pixels } from "./pixels.ts";

const GREEN: Colour = [0, 128, 0];

/** The red channel of every pixel, a line for each row of pixels. */
function reds({ width, height, data }: Pixels): number[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => data[3 * (y * width + x)]!),
  );
}

function pixelAt({ width, data }: Pixels, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

describe("imageGrid", () => {
  test("places images row after row from the top left, each row-major, with gaps between and around", () => {
    // Three images of height 1 and width 2; 51 = 255 / 5.
    const rows = new Float32Array([0.2, 0.4, 0.6, 0.8, 1, 0.2]);
    const grid = imageGrid(rows, { shape: [1, 2, 1], columns: 2, scale: 1, gap: 1, background: [9, 9, 9] });
    expect(grid).toMatchObject({ width: 7, height: 5, channels: 3 });
    expect(reds(grid)).toEqual([
      [9, 9, 9, 9, 9, 9, 9],
      [9, 51, 102, 9, 153, 204, 9],
      [9, 9, 9, 9, 9, 9, 9],
      [9, 255, 51, 9, 9, 9, 9],
      [9, 9, 9, 9, 9, 9, 9],
    ]);
  });

  test("enlarges every value to a square", () => {
    const rows = new Float32Array([0, 1, 0.6, 0.2, 0.4, 0.8]);
    const grid = imageGrid(rows, { shape: [3, 2, 1], scale: 2, gap: 0 });
    expect(reds(grid)).toEqual([
      [0, 0, 255, 255],
      [0, 0, 255, 255],
      [153, 153, 51, 51],
      [153, 153, 51, 51],
      [102, 102, 204, 204],
      [102, 102, 204, 204],
    ]);
  });

  test("draws three channels as red, green and blue", () => {
    const rows = new Float32Array([1, 0, 0, 0, 0.2, 0.4]);
    const grid = imageGrid(rows, { shape: [1, 2, 3], scale: 1, gap: 0 });
    expect([...grid.data]).toEqual([255, 0, 0, 0, 51, 102]);
  });

  test("clamps values outside [0, 1] and infinities", () => {
    const rows = new Float32Array([-0.5, 1.5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(reds(imageGrid(rows, { shape: [1, 4, 1], scale: 1, gap: 0 }))).toEqual([[0, 255, 0, 255]]);
  });

  test("draws values that are not numbers in a colour of their own, also if one channel is", () => {
    const grey = imageGrid(new Float32Array([0.5, Number.NaN]), { shape: [1, 2, 1], scale: 1, gap: 0 });
    expect(pixelAt(grey, 1, 0)).toEqual([...NOT_A_NUMBER]);
    const colour = imageGrid(new Float32Array([0.5, Number.NaN, 0.5]), {
      shape: [1, 1, 3],
      scale: 1,
      gap: 0,
    });
    expect(pixelAt(colour, 0, 0)).toEqual([...NOT_A_NUMBER]);
  });

  test("fills places without an image with the background", () => {
    const options = { shape: [1, 1, 1], columns: 2, scale: 3, gap: 0, background: GREEN };
    const grid = imageGrid(new Float32Array(3), options);
    expect(grid).toMatchObject({ width: 6, height: 6 });
    expect(pixelAt(grid, 3, 3)).toEqual([...GREEN]);
    expect(pixelAt(grid, 5, 5)).toEqual([...GREEN]);
    expect(pixelAt(grid, 2, 5)).toEqual([0, 0, 0]);
  });

  test("makes a square grid of digits at a readable size unless told otherwise", () => {
    const grid = imageGrid(new Float32Array(9 * 784), { shape: [28, 28, 1] });
    expect(grid).toMatchObject({ width: 3 * 58 + 2, height: 3 * 58 + 2 });
    const large = imageGrid(new Float32Array(200 * 300), { shape: [200, 300, 1] });
    expect(large).toMatchObject({ width: 302, height: 202 });
  });

  test.each([
    ["no images", new Float32Array(0), {}, DataError, /no images/],
    ["part of an image", new Float32Array(5), {}, DataError, /5 values.*needs 4/],
    ["a shape without channels", new Float32Array(4), { shape: [2, 2] }, ConfigError, /\[2, 2\]/],
    ["two channels", new Float32Array(8), { shape: [2, 2, 2] }, ConfigError, /1 or 3 channels/],
    ["an empty shape", new Float32Array(8), { shape: [0, 2, 1] }, ConfigError, /\[0, 2, 1\]/],
    ["a broken scale", new Float32Array(4), { scale: 1.5 }, ConfigError, /scale is 1.5/],
    ["a negative gap", new Float32Array(4), { gap: -1 }, ConfigError, /gap is -1/],
    ["no columns", new Float32Array(4), { columns: 0 }, ConfigError, /columns is 0/],
  ])("refuses %s", (_, rows, options, type, message) => {
    const draw = () => imageGrid(rows, { shape: [2, 2, 1], ...options });
    expect(draw).toThrow(type);
    expect(draw).toThrow(message);
  });
});
