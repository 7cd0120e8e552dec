import { describe, expect, test } from "vitest";
import { DataError } from "../common/errors.ts";
import { curvesFigure } from "./curves.ts";
import { figurePixels } from "./figure.ts";
import { ink } from "./testing/pixels.ts";
import { tickPlaces } from "./testing/ticks.ts";

/** Corners of the lines that were drawn, each line a list. */
function linesOf(vector: string): [number, number][][] {
  return [...vector.matchAll(/aria-label="line">(.*?)<\/g>/g)].map(([, line]) =>
    [...line!.matchAll(/[ML]([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]),
  );
}

const curve = { name: "ELBO", x: [0, 50, 100], y: [-30, -10, -20] };

describe("curvesFigure", () => {
  test("draws values where the ticks say", async () => {
    const { vector } = await curvesFigure([curve], { yRange: [-40, 0] });
    const [x, y] = (["x", "y"] as const).map((axis) => tickPlaces(vector, axis));
    const [line] = linesOf(vector);
    expect(line).toHaveLength(3);
    expect(line![0]![0]).toBeCloseTo(x!.get("0")!, 6);
    expect(line![2]![0]).toBeCloseTo(x!.get("100")!, 6);
    expect(line![1]![1]).toBeCloseTo(y!.get("-10")!, 6);
    expect(line![2]![1]).toBeCloseTo(y!.get("-20")!, 6);
  });

  test("spaces iterations by their logarithm when asked", async () => {
    const decades = { name: "a", x: [1, 10, 100], y: [1, 2, 3] };
    const [line] = linesOf((await curvesFigure([decades], { xScale: "log" })).vector);
    expect(line![1]![0] - line![0]![0]).toBeCloseTo(line![2]![0] - line![1]![0], 6);
    const withZero = { name: "a", x: [0, ...decades.x], y: [9, ...decades.y] };
    expect(linesOf((await curvesFigure([withZero], { xScale: "log" })).vector)[0]).toHaveLength(3);
  });

  test("does not let the first iterations dwarf the rest", async () => {
    const x = Array.from({ length: 101 }, (_, index) => index);
    const y = x.map((iteration) => (iteration < 2 ? -1e6 : -100 + iteration));
    const ticks = [...tickPlaces((await curvesFigure([{ name: "a", x, y }])).vector, "y").keys()].map(Number);
    expect(Math.min(...ticks)).toBeGreaterThanOrEqual(-100);
  });

  test("averages neighbours where there are too many to see", async () => {
    const x = Array.from({ length: 20_000 }, (_, index) => index);
    const y = x.map((iteration) => (iteration % 2 === 0 ? 0 : 2));
    const { vector } = await curvesFigure([{ name: "a", x, y }], { yRange: [0, 2] });
    const [line] = linesOf(vector);
    const middle = tickPlaces(vector, "y").get("1")!;
    expect(line!.length).toBeLessThanOrEqual(400);
    expect(line!.length).toBeGreaterThan(300);
    for (const [, place] of line!) expect(Math.abs(place - middle)).toBeLessThan(3);
  });

  test("leaves a gap where a value is not finite", async () => {
    const broken = { name: "a", x: [0, 1, 2, 3, 4], y: [1, 2, Number.NaN, 2, 1] };
    const { vector } = await curvesFigure([broken]);
    const path = vector.match(/aria-label="line"[^>]*>.*? d="([^"]*)"/)![1]!;
    expect(path.match(/M/g)).toHaveLength(2);
  });

  test("names every curve, and inks its title's box", async () => {
    const other = { ...curve, name: "KL" };
    const plain = await curvesFigure([curve, other], { yLabel: "nats per example" });
    for (const name of ["ELBO", "KL", "nats per example", "iteration"])
      expect(plain.vector).toContain(`>${name}<`);
    const box = { left: 0, top: 0, width: 1280, height: 74 };
    const titled = await curvesFigure([curve], { title: "evidence lower bound" });
    expect(ink(await figurePixels(titled), box).amount).toBeGreaterThan(800);
  });

  test("gives the same SVG again", async () => {
    expect((await curvesFigure([curve])).vector).toBe((await curvesFigure([curve])).vector);
  });

  test.each([
    ["no curves", [], /no curves/],
    ["no points", [{ name: "KL", x: [], y: [] }], /KL has no points/],
    ["too few values", [{ name: "KL", x: [1, 2], y: [1] }], /KL has 1 values for 2/],
  ])("refuses %s", async (_, curves, message) => {
    await expect(curvesFigure(curves)).rejects.toThrow(DataError);
    await expect(curvesFigure(curves)).rejects.toThrow(message);
  });
});
