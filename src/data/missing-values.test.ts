import { describe, expect, it } from "vitest";
import { dataset, exampleValues, subset, take } from "./dataset.ts";
import { columnMeans, columnMoments, columnShares, constantAmong, exampleSums } from "./moments.ts";
import { countGaps, withoutGaps } from "./without-gaps.ts";

const _ = Number.NaN;
const table = (rows: number[][], options = {}) =>
  dataset(Float64Array.from(rows.flat()), { shape: [rows[0]!.length], missing: true, ...options });

describe("a mask", () => {
  const bytes = Uint8Array.of(0, 255, 51, 102, 153, 204);
  const data = dataset(bytes, { shape: [2], mask: [1, 0, 1, 1, 0, 1] });
  const valuesOf = (each: typeof data) => Array.from(exampleValues(each, { start: 0, end: each.examples }));

  it("makes values missing that bytes cannot, wherever examples are taken", () => {
    expect(data.schema).toMatchObject({
      kind: "unit",
      missing: 2,
      range: [0, Math.fround(0.8)].map(() => expect.any(Number)),
    });
    expect(data.divisor).toBe(255);
    const [a, b, c] = [0, 51, 204].map((each) => Math.fround(each / 255)) as [number, number, number];
    const d = Math.fround(102 / 255);
    expect(valuesOf(data)).toEqual([a, _, b, d, _, c]);
    expect(valuesOf(subset(data, 1, 3))).toEqual([b, d, _, c]);
    expect(valuesOf(take(subset(data, 1, 3), [1, 0, 1]))).toEqual([_, c, b, d, _, c]);
    expect(Array.from(exampleValues(take(data, [2, 0]), [1]))).toEqual([a, _]);
    expect(countGaps(subset(data, 0, 1))).toBe(1);
  });

  it("is refused unless there is one entry for each value", () => {
    expect(() => dataset(bytes, { shape: [2], mask: [1] })).toThrow("6 values and 1 in the mask");
  });
});

describe("what is told of data with missing values", () => {
  const data = table([
    [1, 5, _, 0],
    [3, 5, _, 1],
    [_, _, _, 1],
    [8, 5, _, _],
  ]);

  it("comes from those observed", () => {
    const { mean, deviation } = columnMoments(data);
    expect(Array.from(mean)).toEqual([4, 5, 0, 2 / 3]);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(26 / 3), 12);
    expect(Array.from(deviation.subarray(1, 3))).toEqual([0, 0]);
    expect(Array.from(columnMeans(data))).toEqual(Array.from(mean));
    expect(Array.from(columnShares(data, 1))).toEqual([1 / 3, 0, 0, 2 / 3]);
    expect(constantAmong(data, [0, 1])).toEqual([1]);
    // A missing value counts as the mean of those that the row has.
    expect(Array.from(exampleSums(data))).toEqual([8, 12, 4, 26]);
  });

  it("fills means where statistics need whole rows, and leaves the data as they are", () => {
    const whole = withoutGaps(data);
    expect(whole.schema.missing).toBeUndefined();
    expect(Array.from(exampleValues(whole, { start: 0, end: 4 }))).toEqual([
      ...[1, 5, 0, 0, 3, 5, 0, 1, 4, 5, 0, 1, 8, 5, 0],
      Math.fround(2 / 3),
    ]);
    expect(Array.from(exampleValues(take(whole, [2]), [0]))).toEqual([4, 5, 0, 1]);
    expect(countGaps(data)).toBe(7);
    const complete = table([[1, 2]]);
    expect(withoutGaps(complete)).toBe(complete);
  });
});
