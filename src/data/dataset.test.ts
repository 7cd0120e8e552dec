import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { dataset, exampleSize, exampleValues, labelledPart, spread, subset, take } from "./dataset.ts";
import type { Rows } from "./schema.ts";
import { storedRows } from "./testing/stored-rows.ts";

const threeRows = () =>
  dataset(new Uint8Array([0, 1, 2, 10, 11, 12, 253, 254, 255]), {
    shape: [3],
    labels: new Uint8Array([7, 8, 9]),
    name: "digits",
    split: "train",
  });

describe("dataset", () => {
  it("keeps rows and labels without copying", () => {
    const rows = Float32Array.of(0.5, -1, 2, 3);
    const labels = Int32Array.of(4, 5);
    const data = dataset(rows, { shape: [2], labels });
    expect(data).toMatchObject({ name: "data", split: "all", examples: 2, shape: [2], divisor: 1 });
    expect(storedRows(data).buffer).toBe(rows.buffer);
    expect(data.labels).toBe(labels);
  });

  it("has no labels unless given", () => {
    expect("labels" in dataset(Float32Array.of(1), { shape: [1] })).toBe(false);
  });

  it("sees a Buffer as the plain bytes it is", () => {
    const buffer = Buffer.from([9, 8, 7, 6]);
    const rows = storedRows(dataset(buffer, { shape: [2] }));
    expect(rows.constructor).toBe(Uint8Array);
    buffer[3] = 99;
    expect(Array.from(rows)).toEqual([9, 8, 7, 99]);
  });

  it.each<[string, Rows, number]>([
    ["bytes beyond 1 are pixels", Uint8Array.of(0, 0, 2, 1), 255],
    ["bytes of 0 and 1 are bits", Uint8Array.of(0, 1, 1, 0), 1],
    ["floats are what they are", Float32Array.of(0, 255), 1],
    ["integers are what they are", Int16Array.of(0, 255), 1],
  ])("%s", (_, rows, divisor) => {
    expect(dataset(rows, { shape: [2] }).divisor).toBe(divisor);
  });

  it.each([
    [new Uint8Array(0), { shape: [2] }, "data has no examples; it needs at least one"],
    [
      new Uint8Array(5),
      { shape: [2, 2, 1] },
      "data has 5 values; examples of this shape need a multiple of 2×2×1 = 4",
    ],
    [new Uint8Array(4), { shape: [] }, "data: an example's shape is []; it must be whole numbers above 0"],
    [
      new Uint8Array(4),
      { shape: [2, 0] },
      "data: an example's shape is [2, 0]; it must be whole numbers above 0",
    ],
    [
      new Uint8Array(4),
      { shape: [0.5] },
      "data: an example's shape is [0.5]; it must be whole numbers above 0",
    ],
    [
      new Uint8Array(4),
      { shape: [-2] },
      "data: an example's shape is [-2]; it must be whole numbers above 0",
    ],
    [
      new Uint8Array(4),
      { shape: [2], labels: new Uint8Array(3), name: "digits", split: "test" as const },
      "digits test has 3 labels for 2 examples; it needs one for each",
    ],
    [
      Float32Array.of(0, 1, 2, 3, 4, Number.NaN),
      { shape: [2], name: "digits", split: "train" as const },
      "digits train: row 2, column 1 (counted from 0) is NaN; every value must be a finite number",
    ],
    [
      Float64Array.of(0, 1, Number.NEGATIVE_INFINITY, 3),
      { shape: [1, 1, 1] },
      "data: row 2, column 0 (counted from 0) is -Infinity; every value must be a finite number",
    ],
  ])("refuses %o of %o", (rows, options, message) => {
    expect(() => dataset(rows, options)).toThrow(new DataError(message));
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a divisor of %d", (divisor) => {
    expect(() => dataset(new Uint8Array(4), { shape: [2], divisor })).toThrow(
      new ConfigError(`data: the scale is ${divisor}; it must be a finite number above 0`),
    );
  });
});

describe("subset", () => {
  it("is a view of rows and labels that keeps all else", () => {
    const data = threeRows();
    const part = subset(data, 1, 3, "validation");
    expect(part).toMatchObject({ name: "digits", split: "validation", examples: 2, divisor: 255 });
    expect(part.schema).toBe(data.schema);
    expect(storedRows(part)).toStrictEqual(new Uint8Array([10, 11, 12, 253, 254, 255]));
    expect(part.labels).toStrictEqual(new Uint8Array([8, 9]));
    expect(storedRows(part).buffer).toBe(storedRows(data).buffer);
    expect(subset(data, 0, 1).split).toBe("train");
  });

  it.each([
    [0, 4],
    [-1, 2],
    [2, 2],
    [2, 1],
    [0, 1.5],
    [Number.NaN, 2],
  ])("refuses %d to %d of 3", (start, end) => {
    expect(() => subset(threeRows(), start, end)).toThrow(
      new DataError(`digits has no examples from ${start} up to ${end}; a range needs 0 ≤ start < end ≤ 3`),
    );
  });
});

describe("take", () => {
  it("copies rows and labels in the order asked for", () => {
    const data = threeRows();
    const taken = take(data, [2, 0, 2], "test");
    expect(taken).toMatchObject({ name: "digits", split: "test", examples: 3, divisor: 255 });
    expect(storedRows(taken)).toStrictEqual(new Uint8Array([253, 254, 255, 0, 1, 2, 253, 254, 255]));
    expect(taken.labels).toStrictEqual(new Uint8Array([9, 7, 9]));
    expect(storedRows(taken).buffer).not.toBe(storedRows(data).buffer);
  });

  it("keeps the element type", () => {
    for (const rows of [new Int8Array(4), new Int16Array(4), new Int32Array(4), new Float64Array(4)]) {
      expect(storedRows(take(dataset(rows, { shape: [2] }), [1]))).toStrictEqual(rows.slice(2));
    }
  });

  it.each([3, -1, 0.5, Number.NaN])("refuses example %d of 3", (index) => {
    expect(() => take(threeRows(), [0, index])).toThrow(
      new DataError(`digits has no example ${index}; its examples are 0 to 2`),
    );
  });

  it("refuses to take nothing", () => {
    expect(() => take(threeRows(), [])).toThrow(
      new DataError("no examples of digits were asked for; take at least one"),
    );
  });
});

describe("spread", () => {
  it("takes examples at even distances, so that sorted data give some of each class", () => {
    const labels = Uint8Array.from({ length: 100 }, (_, i) => Math.floor(i / 10));
    const sorted = dataset(Uint8Array.from(labels.keys()), { shape: [1], labels, divisor: 1 });
    const some = spread(sorted, 20);
    const { labels: taken, examples } = some;
    expect(examples).toBe(20);
    expect([...storedRows(some)]).toEqual(Array.from({ length: 20 }, (_, i) => 5 * i));
    expect([...taken!]).toEqual(Array.from({ length: 20 }, (_, i) => Math.floor(i / 2)));
  });

  it.each([3, 4])("gives the data themselves where %d are asked for of 3", (count) => {
    const data = threeRows();
    expect(spread(data, count)).toBe(data);
  });
});

describe("exampleValues", () => {
  it("scales to single precision", () => {
    expect(exampleValues(threeRows(), { start: 1, end: 2 })).toStrictEqual(
      Float32Array.of(10 / 255, 11 / 255, 12 / 255),
    );
    expect(exampleValues(threeRows(), [2, 0])).toStrictEqual(
      Float32Array.of(253 / 255, 254 / 255, 1, 0, 1 / 255, 2 / 255),
    );
  });

  it("gives the same values by range as one by one", () => {
    fc.assert(
      fc.property(
        fc.float64Array({ minLength: 6, maxLength: 6, min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 0.1, max: 1000, noNaN: true }),
        (rows, divisor) => {
          const data = dataset(rows, { shape: [2], divisor });
          const values = Array.from(rows, (value) => Math.fround(value / divisor));
          expect(Array.from(exampleValues(data, { start: 0, end: 3 }))).toEqual(values);
          expect(Array.from(exampleValues(data, [0, 1, 2]))).toEqual(values);
        },
      ),
    );
  });

  it("refuses examples that are not there", () => {
    expect(() => exampleValues(threeRows(), [3])).toThrow(DataError);
    expect(() => exampleValues(threeRows(), { start: 2, end: 4 })).toThrow(DataError);
  });
});

describe("exampleSize", () => {
  it("is the product of the shape", () => {
    expect(exampleSize({ shape: [28, 28, 3] })).toBe(2352);
    expect(exampleSize({ shape: [5] })).toBe(5);
  });
});

it("labelledPart leaves out the examples whose class is not known", () => {
  const data = dataset(Int8Array.of(1, 2, 3), { shape: [1], labels: [4, -1, 5] });
  expect(Array.from(labelledPart(data)!.labels!)).toEqual([4, 5]);
  expect(labelledPart(dataset(Int8Array.of(1), { shape: [1], labels: [-1] }))).toBeUndefined();
});
