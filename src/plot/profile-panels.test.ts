import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { PROFILE_COLOUR, profilePanels } from "./profile-panels.ts";

const line = (...values: number[]) => ({ lines: [{ values, colour: PROFILE_COLOUR }] });
const RANGES = [0, 10] as const;
const pathsOf = (vector: string) =>
  [...vector.matchAll(/<path d="(M[^"]+)" fill="none" stroke="rgb/g)].map(([, path]) => path!);

describe("profilePanels", () => {
  it("draws lines between low and high, with a gap where a value is missing", () => {
    const { vector, rasters } = profilePanels([line(0, 5, 10), line(10, Number.NaN, 0)], { ranges: RANGES });
    expect(rasters).toEqual([]);
    const paths = pathsOf(vector);
    expect(paths).toHaveLength(2);
    const [, first, middle, last] = /^M[\d.]+,([\d.]+)L[\d.]+,([\d.]+)L[\d.]+,([\d.]+)$/
      .exec(paths[0]!)!
      .map(Number);
    expect(first).toBeGreaterThan(middle!);
    expect(middle).toBeCloseTo((first! + last!) / 2, 1);
    expect(paths[1]!.match(/M/g)).toHaveLength(2);
  });

  it("has an axis at the left of each row and names below the last", () => {
    const { vector } = profilePanels([line(1, 2, 3), line(1, 2, 3)], {
      ranges: RANGES,
      names: ["a", "b", "c"],
      columns: 1,
    });
    expect(vector.match(/>10</g)).toHaveLength(2);
    for (const text of [">a<", ">b<", ">c<"]) expect(vector.match(new RegExp(text, "g"))).toHaveLength(1);
  });

  it("writes long names upright, each of them, inside the figure", () => {
    const names = ["temperature", "humidity", "pressure", "wind speed", "light", "acidity"];
    const { vector, height } = profilePanels([line(1, 2, 3, 4, 5, 6)], {
      ranges: RANGES,
      names,
      panelWidth: 120,
    });
    for (const name of names) expect(vector).toContain(`>${name}<`);
    const feet = [...vector.matchAll(/translate\([\d.]+,([\d.]+)\) rotate\(-90\)/g)].map(([, y]) =>
      Number(y),
    );
    expect(feet).toHaveLength(6);
    expect(Math.max(...feet) + 60).toBeLessThan(height);
  });

  it("may have a scale for each place, and then no numbers at the left", () => {
    const ranges = [[0, 10] as const, [0, 100] as const, [0, 1] as const];
    const { vector } = profilePanels([line(5, 50, 0.5)], { ranges, note: "each its own" });
    expect(vector).toContain("each its own");
    expect(vector).not.toContain(">100<");
    const heights = new Set(pathsOf(vector)[0]!.match(/,[\d.]+/g));
    expect(heights.size).toBe(1);
  });

  it("keeps the extremes of a signal of more values than pixels, in few points", () => {
    const values = Array.from({ length: 50_000 }, (_, at) => (at === 31_234 ? 10 : at === 40_000 ? 0 : 5));
    const [path] = pathsOf(profilePanels([line(...values)], { ranges: RANGES }).vector);
    const heights = path!.match(/,[\d.]+/g)!.map((each) => Number(each.slice(1)));
    expect(heights.length).toBeLessThan(700);
    expect(new Set(heights).size).toBe(3);
  });

  it("leaves no place of its last row empty where that can be", () => {
    const { width } = profilePanels(
      Array.from({ length: 8 }, () => line(1, 2)),
      {
        ranges: RANGES,
        panelWidth: 100,
      },
    );
    // Four columns of 100 with gaps of 16, not five.
    expect(width).toBeLessThan(5 * 100);
  });

  it("refuses panels without lines", () => {
    expect(() => profilePanels([], { ranges: RANGES })).toThrow(DataError);
    expect(() => profilePanels([{ lines: [] }], { ranges: RANGES })).toThrow(/no rows/);
  });
});
