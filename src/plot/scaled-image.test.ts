import { describe, expect, test } from "vitest";
import { filledPixels, NOT_A_NUMBER } from "./pixels.ts";
import { drawScaledImage, fitInto } from "./scaled-image.ts";
import { colourAt } from "./testing/pixels.ts";
import { imagesOf } from "./tiles.ts";

function drawn(values: number[], shape: number[], width: number, height: number, invert = false): number[][] {
  const pixels = filledPixels(width, height, [9, 9, 9]);
  const images = imagesOf(new Float32Array(values), shape);
  drawScaledImage(pixels, images, 0, { left: 0, top: 0, width, height }, invert);
  return Array.from({ length: width * height }, (_, at) =>
    colourAt(pixels, at % width, Math.floor(at / width)),
  );
}

const reds = (colours: number[][]) => colours.map(([red]) => red);

describe("drawScaledImage", () => {
  test("averages what a pixel covers", () => {
    expect(reds(drawn([0, 1, 0.2, 0.4], [2, 2, 1], 1, 1))).toEqual([102]);
    // Three values on two pixels: each covers one and a half.
    expect(reds(drawn([0, 0.6, 1], [1, 3, 1], 2, 1))).toEqual([51, 221]);
  });

  test("repeats values that cover several pixels, and mixes them at their border", () => {
    expect(reds(drawn([0, 1], [1, 2, 1], 4, 1))).toEqual([0, 0, 255, 255]);
    expect(reds(drawn([0, 0.4], [1, 2, 1], 3, 1))).toEqual([0, 51, 102]);
  });

  test("keeps rows above one another, and colours", () => {
    expect(drawn([1, 0, 0, 0, 0.2, 1], [2, 1, 3], 1, 2)).toEqual([
      [255, 0, 0],
      [0, 51, 255],
    ]);
  });

  test("clamps, inverts, and marks what is not a number", () => {
    expect(reds(drawn([-1, 2], [1, 2, 1], 2, 1))).toEqual([0, 255]);
    expect(reds(drawn([0, 0.8], [1, 2, 1], 2, 1, true))).toEqual([255, 51]);
    expect(drawn([Number.NaN, 0], [1, 2, 1], 1, 1)).toEqual([[...NOT_A_NUMBER]]);
    expect(drawn([0.5, Number.NaN, 0.5], [1, 1, 3], 1, 1, true)).toEqual([[...NOT_A_NUMBER]]);
  });

  test("draws the image asked for into its box alone", () => {
    const pixels = filledPixels(4, 3, [9, 9, 9]);
    const images = imagesOf(new Float32Array([0, 1]), [1, 1, 1]);
    drawScaledImage(pixels, images, 1, { left: 1, top: 1, width: 2, height: 1 });
    expect(reds(Array.from({ length: 12 }, (_, at) => colourAt(pixels, at % 4, Math.floor(at / 4))))).toEqual(
      [9, 9, 9, 9, 9, 255, 255, 9, 9, 9, 9, 9],
    );
  });
});

describe("fitInto", () => {
  test("keeps proportions in the middle of a box", () => {
    const box = { left: 10, top: 20, width: 30, height: 30 };
    expect(fitInto(box, { width: 5, height: 10 })).toEqual({ left: 17, top: 20, width: 15, height: 30 });
    expect(fitInto(box, { width: 90, height: 30 })).toEqual({ left: 10, top: 30, width: 30, height: 10 });
  });

  test("fills a box that is off by a pixel", () => {
    const box = { left: 0, top: 0, width: 13, height: 12 };
    expect(fitInto(box, { width: 28, height: 28 })).toEqual(box);
  });
});
