import { describe, expect, it } from "vitest";
import { positive } from "../common/settings.ts";
import { PICTURES } from "../pictures/kinds.ts";
import { type PictureOptions, pictureOptions, shared } from "../pictures/options.ts";
import { flagHelp, readFlags } from "./flags.ts";
import { flagsOf } from "./plot-flags.ts";

describe("flags of pictures", () => {
  it("are read as plain values", () => {
    const typed = { indices: "5, 1", grid: "30x20", colours: "3e96ff,#fe7c0a", seed: "3", invert: true };
    const flags = flagsOf(shared("indices", "grid", "colours", "seed", "invert", "path"));
    expect(readFlags(flags, typed)).toEqual({
      indices: [5, 1],
      grid: [30, 20],
      colours: [
        [62, 150, 255],
        [254, 124, 10],
      ],
      seed: 3,
      invert: true,
      path: undefined,
    });
    expect(readFlags(flags, { grid: "7" }).grid).toEqual([7, 7]);
  });

  it.each([
    ["grid", "0", /^--grid is "0": it must be a number below 1000/],
    ["grid", "1000", /^--grid is "1000": it must be a number below 1000/],
    ["grid", "3x", /^--grid is "3x": /],
    ["indices", "1,,2", /^--indices is "1,,2": it must be whole numbers separated by commas$/],
    ["indices", "-1", /^--indices is "-1": it must be whole numbers/],
    ["colours", "blue", /^--colours is "blue": it must be colours as in/],
    ["path", "curved", /^--path is "curved": it must be one of straight, spherical/],
  ] as const)("refuse --%s %s", (name, text, message) => {
    expect(() => readFlags(flagsOf(pictureOptions), { [name]: text })).toThrow(message);
  });

  it("come with an option that only one kind has", () => {
    const options = { power: { about: "of the lens", placeholder: "p", schema: positive, fallback: 2 } };
    expect(flagHelp(flagsOf(options).power)).toBe("of the lens (a number above 0; default: 2)");
    expect(readFlags(flagsOf(options), { power: "4" })).toEqual({ power: 4 });
  });
});

it("an option of several kinds is the shared one", () => {
  const seen = new Map<string, unknown>(Object.entries(pictureOptions));
  for (const { options } of Object.values(PICTURES))
    for (const [name, option] of Object.entries(options satisfies PictureOptions)) {
      expect(seen.get(name) ?? option, name).toBe(option);
      seen.set(name, option);
    }
});
