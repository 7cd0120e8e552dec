import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { type Figure, figurePixels, figureSvg } from "./figure.ts";
import { filledPixels } from "./pixels.ts";
import { colourAt, ink } from "./testing/pixels.ts";
import { titleBlock } from "./title.ts";

const raster = { left: 3, top: 2, pixels: filledPixels(8, 6, [0, 200, 0]) };
const red = '<rect x="5" y="3" width="4" height="4" fill="red" fill-opacity="0.5"/>';
const figure: Figure = { width: 20, height: 10, pixelRatio: 2, rasters: [raster], vector: red };

describe("figurePixels", () => {
  test("lays rasters on white, pixel for pixel, and the vector over them", async () => {
    const pixels = await figurePixels(figure);
    expect(pixels).toMatchObject({ width: 40, height: 20, channels: 3 });
    expect(colourAt(pixels, 5, 4)).toEqual([255, 255, 255]);
    expect(colourAt(pixels, 6, 4)).toEqual([0, 200, 0]);
    expect(colourAt(pixels, 13, 9)).toEqual([128, 100, 0]);
    expect(colourAt(pixels, 15, 12)).toEqual([255, 127, 127]);
    expect(colourAt(pixels, 14, 5)).toEqual([255, 255, 255]);
  });

  test("draws text although no font is installed", async () => {
    const heading = titleBlock("iteration 1,024", 0, 0, 300);
    const titled = { width: 300, height: 60, pixelRatio: 2, rasters: [], vector: heading.vector };
    const box = { left: 0, top: 0, width: 600, height: 2 * heading.height };
    const { amount } = ink(await figurePixels(titled), box);
    expect(amount).toBeGreaterThan(500);
    const below = { ...box, top: box.height, height: 120 - box.height };
    expect(ink(await figurePixels(titled), below).amount).toBe(0);
    expect(ink(await figurePixels({ ...titled, vector: "" }), box).amount).toBe(0);
  });

  test("gives the same pixels again", async () => {
    const [first, second] = [await figurePixels(figure), await figurePixels(figure)];
    expect(first).toEqual(second);
  });
});

describe("figureSvg", () => {
  test("holds everything that its pixels hold", async () => {
    const svg = await figureSvg(figure);
    const fromSvg = await sharp(Buffer.from(svg), { density: 144 }).removeAlpha().raw().toBuffer();
    const pixels = await figurePixels(figure);
    const difference = pixels.data.reduce(
      (most, sample, at) => Math.max(most, Math.abs(sample - fromSvg[at]!)),
      0,
    );
    expect(fromSvg.length).toBe(pixels.data.length);
    expect(difference).toBeLessThanOrEqual(2);
  });
});
