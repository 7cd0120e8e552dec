import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  type Rgb,
} from "culori";
import { describe, expect, test } from "vitest";
import { CLASS_COLOURS, classStyle } from "./class-styles.ts";

const difference: (a: Rgb, b: Rgb) => number = differenceCiede2000();
type Eyes = (colour: Rgb) => Rgb;

const colours = CLASS_COLOURS.map(
  ([red, green, blue]): Rgb => ({ mode: "rgb", r: red / 255, g: green / 255, b: blue / 255 }),
);

describe("CLASS_COLOURS", () => {
  test.each<[string, Eyes]>([
    ["normal", (colour: Rgb) => colour],
    ["protanopic", filterDeficiencyProt(1)],
    ["deuteranopic", filterDeficiencyDeuter(1)],
    ["tritanopic", filterDeficiencyTrit(1)],
  ])("are told apart by %s eyes", (_, seen) => {
    const pairs = colours.flatMap((a, index) => colours.slice(0, index).map((b) => [a, b] as const));
    const least = Math.min(...pairs.map(([a, b]) => difference(seen(a), seen(b))));
    expect(least).toBeGreaterThan(16);
  });

  test("are seen on white", () => {
    const white: Rgb = { mode: "rgb", r: 1, g: 1, b: 1 };
    expect(Math.min(...colours.map((colour) => difference(colour, white)))).toBeGreaterThan(15);
  });
});

describe("classStyle", () => {
  test("gives fifty classes looks of their own, and the first ten the same shape", () => {
    const looks = Array.from({ length: 50 }, (_, index) => JSON.stringify(classStyle(index)));
    expect(new Set(looks).size).toBe(50);
    expect(new Set(Array.from({ length: 10 }, (_, index) => classStyle(index).shape)).size).toBe(1);
  });

  test("takes other colours", () => {
    expect(
      classStyle(3, [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual({ colour: [4, 5, 6], shape: "triangle" });
  });
});
