import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { imageRows } from "./image-rows.ts";
import { profilesIn } from "./profiles.ts";

const ROWS = new Float32Array([0, 5, 10, 10, Number.NaN, 0]);
const LOOK = { shape: [3], columns: 2, imageSize: 100, profiles: { ranges: [0, 10] as const } };

describe("profiles", () => {
  it("are lines between low and high, with a gap where a value is missing", () => {
    const { vector, rasters } = imageRows(ROWS, LOOK);
    expect(rasters).toEqual([]);
    const paths = [...vector.matchAll(/<path d="(M[^"]+)" fill="none" stroke="#2c5282"/g)].map(
      ([, path]) => path!,
    );
    expect(paths).toHaveLength(2);
    const [, first, middle, last] = /^M[\d.]+,([\d.]+)L[\d.]+,([\d.]+)L[\d.]+,([\d.]+)$/
      .exec(paths[0]!)!
      .map(Number);
    expect(first).toBeGreaterThan(middle!);
    expect(middle).toBeCloseTo((first! + last!) / 2, 1);
    expect(paths[1]!.match(/M/g)).toHaveLength(2);
  });

  it("have an axis at the left of the first and names below the last", () => {
    const names = ["a", "b", "c"];
    const { vector } = imageRows(ROWS, { ...LOOK, profiles: { ...LOOK.profiles, names } });
    for (const text of [">0<", ">10<", ">a<", ">c<"]) expect(vector).toContain(text);
    expect(vector.match(/>10</g)).toHaveLength(1);
  });

  it("may have a scale for each place", () => {
    const ranges = [
      [0, 10],
      [0, 100],
      [0, 1],
    ] as const;
    const { vector } = imageRows(ROWS, { ...LOOK, profiles: { ranges, note: "each its own" } });
    expect(vector).toContain("each its own");
    expect(vector).not.toContain(">100<");
  });

  it("must be whole", () => {
    expect(() => profilesIn(new Float32Array(4), [3])).toThrow(DataError);
    expect(() => profilesIn(new Float32Array(0), [3])).toThrow(/no rows/);
  });
});
