import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { fixedShuffle, minimalStandard } from "../numerics/fixed-shuffle.ts";
import { dataset } from "./dataset.ts";
import { dealOut, holdOut, SPLIT_NAMES } from "./splits.ts";
import { storedRows } from "./testing/stored-rows.ts";

/** Examples whose one value, and whose label, is their number. */
const numbered = (examples: number) =>
  dataset(
    Int32Array.from({ length: examples }, (_, i) => i),
    {
      shape: [1],
      labels: Int32Array.from({ length: examples }, (_, i) => i),
      name: "numbers",
    },
  );

describe("minimalStandard", () => {
  it("draws as 10,000th number what the C++ standard says of minstd_rand ([rand.predef])", () => {
    const random = minimalStandard();
    for (let i = 1; i < 10_000; i++) random();
    expect(Math.round(random() * (2 ** 31 - 1))).toBe(399268537);
  });
});

describe("fixedShuffle", () => {
  it("has every number once, far from where it was", () => {
    const order = fixedShuffle(10_000);
    expect(Uint32Array.from(order).sort()).toEqual(Uint32Array.from({ length: 10_000 }, (_, i) => i));
    // Over uniform permutations the mean distance is n/3, give or take √(2n/45) (Diaconis & Graham 1977).
    const distance = order.reduce((sum, value, i) => sum + Math.abs(value - i), 0) / 10_000;
    expect(Math.abs(distance - 10_000 / 3)).toBeLessThan(5 * Math.sqrt((2 / 45) * 10_000));
  });
});

describe("dealOut", () => {
  it.each([
    [10, 8, 1, 1],
    [19, 17, 1, 1],
    [20, 16, 2, 2],
    [1003, 803, 100, 100],
  ])("makes of %d examples %d + %d + %d", (examples, ...counts) => {
    const all = numbered(examples);
    const splits = SPLIT_NAMES.map((name) => dealOut(all, name));
    expect(splits.map((split) => split.examples)).toEqual(counts);
    expect(splits.map((split) => split.split)).toEqual(SPLIT_NAMES);
    for (const split of splits) expect(split.labels).toEqual(storedRows(split));
    const dealt = splits.flatMap((split) => Array.from(storedRows(split))).sort((a, b) => a - b);
    expect(dealt).toEqual(Array.from(storedRows(all)));
  });

  it("deals the same again", () => {
    const test = () => storedRows(dealOut(numbered(100), "test"));
    expect(test()).toEqual(test());
  });

  it("needs ten examples", () => {
    expect(() => dealOut(numbered(9), "train")).toThrow(
      new DataError("numbers has 9 examples; a split into training, validation and test needs 10"),
    );
  });
});

describe("holdOut", () => {
  it.each([
    [2, 1],
    [23, 1],
    [24, 2],
    [60_000, 5_000],
  ])("of %d holds out the first %d", (examples, held) => {
    const { train, validation } = holdOut(numbered(examples));
    expect(validation).toMatchObject({ split: "validation", examples: held });
    expect(train).toMatchObject({ split: "train", examples: examples - held });
    expect([storedRows(validation)[0], storedRows(validation).at(-1)]).toEqual([0, held - 1]);
    expect([storedRows(train)[0], storedRows(train).at(-1)]).toEqual([held, examples - 1]);
  });

  it("needs two examples", () => {
    expect(() => holdOut(numbered(1))).toThrow(
      new DataError("numbers has one training example; training and validation need one each"),
    );
  });
});
