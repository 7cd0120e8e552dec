import { describe, expect, test } from "vitest";
import type { Colour } from "./pixels.ts";
import { type PointShape, type PointStyle, pointRaster } from "./point-raster.ts";
import { colourAt, ink } from "./testing/pixels.ts";

const WHITE: Colour = [255, 255, 255];
const BLACK_DISC: PointStyle = { colour: [0, 0, 0], shape: "disc" };
const options = { width: 40, height: 30, radius: 4, opacity: 1, background: WHITE };

function one(x: number, y: number, style = BLACK_DISC, more = {}) {
  return pointRaster(Float64Array.of(x), Float64Array.of(y), () => style, { ...options, ...more });
}

describe("pointRaster", () => {
  test.each([
    [20, 15],
    [12.3, 9.8],
    [25.5, 17.01],
  ])("draws a disc of the right size about (%d, %d)", (x, y) => {
    const drawn = ink(one(x, y));
    expect(Math.abs(drawn.amount / (Math.PI * 16) - 1)).toBeLessThan(0.02);
    expect(Math.hypot(drawn.x - x, drawn.y - y)).toBeLessThan(0.1);
  });

  test.each(["square", "triangle", "diamond", "ring"] as const)(
    "draws a %s about as large as a disc",
    (shape) => {
      const drawn = ink(one(20, 15, { colour: [0, 0, 0], shape }));
      expect(Math.abs(drawn.amount / (Math.PI * 16) - 1)).toBeLessThan(0.3);
      expect(Math.hypot(drawn.x - 20, drawn.y - 15)).toBeLessThan(0.1);
    },
  );

  test("draws shapes that differ", () => {
    const shapes: PointShape[] = ["disc", "square", "triangle", "diamond", "ring"];
    const pictures = shapes.map((shape) => `${one(20, 15, { colour: [0, 0, 0], shape }).data}`);
    expect(new Set(pictures).size).toBe(shapes.length);
    const ring = one(20, 15, { colour: [0, 0, 0], shape: "ring" });
    expect(colourAt(ring, 20, 15)).toEqual([...WHITE]);
  });

  test("lets through what opacity says, and adds up where points overlap", () => {
    const twice = pointRaster(Float64Array.of(20, 20), Float64Array.of(15, 15), () => BLACK_DISC, {
      ...options,
      opacity: 0.5,
    });
    expect(colourAt(one(20, 15, BLACK_DISC, { opacity: 0.5 }), 20, 15)).toEqual([128, 128, 128]);
    expect(colourAt(twice, 20, 15)).toEqual([64, 64, 64]);
  });

  test("cuts off at the edges, and leaves out what lies beyond or nowhere", () => {
    const half = ink(one(0, 15));
    expect(Math.abs(half.amount / (Math.PI * 8) - 1)).toBeLessThan(0.05);
    for (const [x, y] of [
      [-6, 15],
      [20, 36],
      [Number.NaN, 15],
      [20, Number.POSITIVE_INFINITY],
    ] as const)
      expect(ink(one(x, y)).amount).toBe(0);
  });

  test("mixes classes that come one after the other", () => {
    const count = 2000;
    const style = (index: number): PointStyle => ({
      colour: index < count / 2 ? [255, 0, 0] : [0, 0, 255],
      shape: "disc",
    });
    // Roberts' additive sequence, which fills a square evenly.
    const x = Float64Array.from({ length: count }, (_, index) => 40 * ((index * 0.7548776662) % 1));
    const y = Float64Array.from({ length: count }, (_, index) => 30 * ((index * 0.5698402909) % 1));
    const picture = pointRaster(x, y, style, { ...options, radius: 2 });
    const tops = Array.from({ length: 1200 }, (_, at) => colourAt(picture, at % 40, Math.floor(at / 40)));
    const red = tops.filter(([r, , b]) => r! > b!).length;
    const blue = tops.filter(([r, , b]) => b! > r!).length;
    expect(red / (red + blue)).toBeGreaterThan(0.3);
    expect(red / (red + blue)).toBeLessThan(0.7);
  });

  test("draws nothing of no points", () => {
    expect(ink(pointRaster(new Float64Array(), new Float64Array(), () => BLACK_DISC, options)).amount).toBe(
      0,
    );
  });
});
