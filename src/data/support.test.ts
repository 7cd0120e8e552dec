import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import type { TitledSupport } from "../common/support.ts";
import { type DatasetOptions, dataset, subset } from "./dataset.ts";
import type { Rows } from "./schema.ts";
import { requireSupport } from "./support.ts";

const BERNOULLI: TitledSupport = { title: "a Bernoulli likelihood", least: 0, greatest: 1 };
const GAUSSIAN: TitledSupport = {
  title: "a Gaussian likelihood",
  least: Number.NEGATIVE_INFINITY,
  greatest: Number.POSITIVE_INFINITY,
};
const COUNTS: TitledSupport = {
  title: "a likelihood of counts",
  least: 0,
  greatest: Number.POSITIVE_INFINITY,
  step: 1,
};
const BYTES: TitledSupport = { title: "a likelihood of bytes", least: 0, greatest: 1, step: 1 / 255 };

const check = (rows: Rows, options: DatasetOptions, demand = BERNOULLI) =>
  requireSupport(dataset(rows, options), demand);

describe("requireSupport", () => {
  it.each<[string, Rows, DatasetOptions]>([
    [
      'train images have values up to 255; a Bernoulli likelihood needs [0, 1]: pass `scale: 255` or `likelihood: "gaussian"`',
      Float32Array.of(0, 255),
      { shape: [1, 2, 1], split: "train" },
    ],
    [
      'test images have values up to 200; a Bernoulli likelihood needs [0, 1]: pass `scale: 255` or `likelihood: "gaussian"`',
      Uint8Array.of(0, 200),
      { shape: [1, 2, 1], split: "test", divisor: 1 },
    ],
    [
      'rows have values up to 2.5; a Bernoulli likelihood needs [0, 1]: pass `scale: 5` or `likelihood: "gaussian"`',
      Int16Array.of(0, 5),
      { shape: [2], divisor: 2 },
    ],
    [
      'validation rows have values down to -3; a Bernoulli likelihood needs [0, 1]: pass `likelihood: "gaussian"`',
      Int8Array.of(-3, 1),
      { shape: [2], split: "validation" },
    ],
    [
      'rows have values down to -0.5; a Bernoulli likelihood needs [0, 1]: pass `likelihood: "gaussian"`',
      Float64Array.of(-0.5, 9),
      { shape: [2] },
    ],
  ])("says: %s", (message, rows, options) => {
    expect(() => check(rows, options)).toThrow(new DataError(message));
    expect(() => check(rows, options, GAUSSIAN)).not.toThrow();
  });

  it.each<[string, Rows, DatasetOptions, TitledSupport]>([
    [
      'rows have values like 0.5; a likelihood of counts needs whole numbers from 0: pass `likelihood: "gaussian"`',
      Float32Array.of(3, 0.5),
      { shape: [2] },
      COUNTS,
    ],
    [
      'rows have values down to -1; a likelihood of counts needs whole numbers from 0: pass `likelihood: "gaussian"`',
      Int32Array.of(3, -1),
      { shape: [2] },
      COUNTS,
    ],
    [
      'images have values like 0.00392156862745098; a likelihood of counts needs whole numbers from 0: pass `scale: 1` or `likelihood: "gaussian"`',
      Uint8Array.of(0, 1, 2, 3),
      { shape: [2, 2] },
      COUNTS,
    ],
    [
      'rows have values up to 12; a likelihood of classes needs whole numbers from 0 to 9: pass `likelihood: "gaussian"`',
      Int8Array.of(0, 12),
      { shape: [2] },
      { ...COUNTS, title: "a likelihood of classes", greatest: 9 },
    ],
    [
      'rows have values up to 2; a likelihood of bits needs 0 and 1: pass `likelihood: "gaussian"`',
      Int8Array.of(0, 2),
      { shape: [2] },
      { ...COUNTS, title: "a likelihood of bits", greatest: 1 },
    ],
    [
      'rows have values like 0.3; a likelihood of bytes needs multiples of 1/255 in [0, 1]: pass `likelihood: "gaussian"`',
      Float64Array.of(0.2, 0.3, 1),
      { shape: [3] },
      BYTES,
    ],
    [
      'rows have values up to 200; a likelihood of bytes needs multiples of 1/255 in [0, 1]: pass `scale: 255` or `likelihood: "gaussian"`',
      Float64Array.of(0, 200),
      { shape: [2] },
      BYTES,
    ],
    [
      'rows have values like 0.01; a likelihood of bytes needs multiples of 1/255 in [0, 1]: pass `likelihood: "gaussian"`',
      Uint8Array.of(1, 100),
      { shape: [2], divisor: 100 },
      BYTES,
    ],
  ])("says of values between steps: %s", (message, rows, options, demand) => {
    expect(() => check(rows, options, demand)).toThrow(new DataError(message));
  });

  it.each<[string, Rows, number[]]>([
    [
      "rows have groups like row 1, columns 3 to 5, with 2 indicators that are 1; each needs exactly one",
      Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0),
      [6],
    ],
    [
      "rows have groups like row 0, columns 0 to 2, with 0 indicators that are 1; each needs exactly one",
      Uint8Array.of(0, 0, 0),
      [3],
    ],
    ["rows have 4 values; groups of 3 indicators need a multiple of 3", Uint8Array.of(0, 0, 0, 1), [4]],
  ])("says of groups of indicators: %s", (message, rows, shape) => {
    const demand = { title: "a categorical likelihood", least: 0, greatest: 1, step: 1, oneHot: 3 };
    expect(() => check(rows, { shape }, demand)).toThrow(new DataError(message));
    expect(() => check(Uint8Array.of(0, 0, 1, 1, 0, 0), { shape: [6] }, demand)).not.toThrow();
  });

  it("accepts multiples of the step, single precision and all", () => {
    check(Uint8Array.of(0, 7, 255), { shape: [3] }, BYTES);
    check(Uint8Array.of(0, 1), { shape: [2] }, BYTES);
    check(Float32Array.of(0, 0.2, 7 / 255, 1), { shape: [4] }, BYTES);
    check(Int32Array.of(0, 7, 1_000_000), { shape: [3] }, COUNTS);
    check(Float32Array.of(0, 3, 70_000), { shape: [3] }, COUNTS);
  });

  it("accepts all of [0, 1]", () => {
    check(Float32Array.of(0, 1), { shape: [2] });
    check(Uint8Array.of(0, 255), { shape: [2] });
    check(Uint8Array.of(0, 1), { shape: [2] });
  });

  it("accepts the scale it recommends", () => {
    for (const greatest of [1.1, 37.3, 1e9 / 7]) {
      for (const divisor of [1, 3, 0.7]) {
        const rows = Float64Array.of(0, greatest);
        const scale = /`scale: ([^`]+)`/.exec(messageOf(() => check(rows, { shape: [2], divisor })))?.[1];
        expect(() => check(rows, { shape: [2], divisor: Number(scale ?? divisor) })).not.toThrow();
      }
    }
  });
});

function messageOf(action: () => void): string {
  try {
    action();
    return "";
  } catch (error) {
    return String(error);
  }
}

it("refuses gaps before anything else, naming the first, and lets data without gaps pass", () => {
  const columns = [{ kind: "real", name: "age" }, { kind: "real" }] as const;
  const named = dataset(Float32Array.of(1, 2, Number.NaN, 3), { shape: [2], columns, missing: true });
  expect(() => requireSupport(named, GAUSSIAN)).toThrow(
    'rows have gaps, the first in row 1, column 0 \'age\' (counted from 0); the model was trained on complete rows: train it with `missing: "fill"`, or leave those rows or columns out (`columns: {"age":"ignore"}`)',
  );
  const whole = dataset(Float32Array.of(1, 2), { shape: [2], columns, missing: true });
  expect(() => requireSupport(whole, GAUSSIAN)).not.toThrow();
  expect(() => requireSupport(subset(named, 0, 1), GAUSSIAN)).not.toThrow();
});
