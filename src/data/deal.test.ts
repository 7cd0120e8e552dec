import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { dataset } from "./dataset.ts";
import { deal, dealByColumn, splitNamed } from "./deal.ts";

const numbered = (examples: number, options: { labels?: number[]; groups?: string[] } = {}) =>
  dataset(
    Int32Array.from({ length: examples }, (_, i) => i),
    { shape: [1], name: "numbers", ...options },
  );

const all = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("deal", () => {
  it("deals every example once: a tenth tests, a tenth validates", () => {
    const { train, validation, test } = deal(numbered(1000));
    expect([train.length, validation.length, test.length]).toEqual([800, 100, 100]);
    expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(all(1000));
  });

  it("is the same for a seed, and another for another", () => {
    expect(deal(numbered(100))).toEqual(deal(numbered(100), { seed: 0 }));
    expect(deal(numbered(100)).test).not.toEqual(deal(numbered(100), { seed: 1 }).test);
  });

  it("never divides equal examples or groups", () => {
    const values = fc.array(fc.nat({ max: 30 }), { minLength: 30, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.boolean(), fc.nat({ max: 5 }), (rows, grouped, seed) => {
        fc.pre(new Set(rows).size >= 9);
        const groups = rows.map((value) => `g${value % 7}`);
        const data = dataset(Int16Array.from(rows), { shape: [1], ...(grouped && { groups }) });
        const splits = Object.values(deal(data, { seed }));
        const keys = splits.map(
          (indices) => new Set(Array.from(indices, (i) => (grouped ? groups[i] : `${rows[i]}`))),
        );
        expect(keys.reduce((sum, each) => sum + each.size, 0)).toBe(
          new Set(grouped ? groups : rows.map(String)).size,
        );
        for (const indices of splits) expect(indices.length).toBeGreaterThan(0);
      }),
    );
  });

  it("divides every class in the same proportions, and the unlabelled as one of them", () => {
    const labels = all(1000).map((i) => (i < 500 ? 0 : i < 700 ? 1 : i < 800 ? 2 : -1));
    const { validation, test } = deal(numbered(1000, { labels }));
    for (const split of [validation, test])
      for (const [label, count] of [
        [0, 50],
        [1, 20],
        [2, 10],
        [-1, 20],
      ] as const)
        expect(Math.abs([...split].filter((i) => labels[i] === label).length - count)).toBeLessThanOrEqual(1);
  });

  it("gives each split a group even where groups are few and large", () => {
    const groups = all(50).map((i) => `patient ${i % 5}`);
    const { train, validation, test } = deal(numbered(50, { groups }));
    expect([train.length, validation.length, test.length]).toEqual([30, 10, 10]);
  });

  it("refuses what cannot be divided", () => {
    expect(() => deal(numbered(4, { groups: ["a", "b", "b", "a"] }))).toThrow(
      new DataError("numbers has 2 groups; its splits need at least 3, one each"),
    );
    expect(() => deal(dataset(new Int8Array(40), { shape: [4] }))).toThrow(
      new DataError("data has 1 different examples among 10; its splits need at least 3, one each"),
    );
  });
});

describe("dealByColumn", () => {
  it("does what a column says", () => {
    const words = ["train", "Test", "train", "val", "training"];
    expect(dealByColumn(numbered(5), words)).toEqual({
      train: Uint32Array.of(0, 2, 4),
      validation: Uint32Array.of(3),
      test: Uint32Array.of(1),
    });
  });

  it("deals what the column does not have from what trains", () => {
    const words = all(100).map((i) => (i < 20 ? "test" : "train"));
    const { train, validation, test } = dealByColumn(numbered(100), words);
    expect([...test]).toEqual(all(20));
    expect([train.length, validation.length]).toEqual([72, 8]);
    expect(Math.min(...train, ...validation)).toBe(20);
  });

  it("refuses words that are no split", () => {
    expect(() => dealByColumn(numbered(2), ["train", "holdout"])).toThrow(
      "row 1 (counted from 0) belongs to the split 'holdout'; splits are train, validation and test",
    );
    expect(() => dealByColumn(numbered(2), ["test", "val"])).toThrow("has no rows of the split 'train'");
  });
});

it.each([
  ["VAL", "validation"],
  [" dev ", "validation"],
  ["t10k", "test"],
  ["cats", undefined],
])("splitNamed %j is %s", (word, split) => expect(splitNamed(word)).toBe(split));
