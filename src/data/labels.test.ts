import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { labelsOf } from "./labels.ts";

describe("labelsOf", () => {
  it("keeps class indices as they are, without copying", () => {
    const bytes = Uint8Array.of(3, 1, 3);
    expect(labelsOf(bytes, "data")?.labels).toBe(bytes);
    expect(labelsOf(Int32Array.of(0, 7), "data")).toEqual({ labels: Int32Array.of(0, 7) });
  });

  it("makes class indices of names, in their natural order", () => {
    expect(labelsOf(["10", "cat", "2", "cat"], "data")).toEqual({
      labels: Int32Array.of(1, 2, 0, 2),
      labelNames: ["2", "10", "cat"],
    });
  });

  it("begins with the names that are known already", () => {
    expect(labelsOf(["b", "a", "c"], "data", ["c", "b"])).toEqual({
      labels: Int32Array.of(1, 2, 0),
      labelNames: ["c", "b", "a"],
    });
  });

  it("takes -1, NaN, empty and 'unlabelled' for not known, and no class", () => {
    expect(labelsOf([1, -1, Number.NaN, 0], "data")?.labels).toEqual(Int32Array.of(1, -1, -1, 0));
    expect(labelsOf(Int32Array.of(1, -9), "data")?.labels).toEqual(Int32Array.of(1, -1));
    expect(labelsOf(["a", "", "-1", "Unlabelled", "unlabeled", undefined], "data")).toEqual({
      labels: Int32Array.of(0, -1, -1, -1, -1, -1),
      labelNames: ["a"],
    });
  });

  it("is nothing where no label is known", () => {
    expect(labelsOf([-1, -1], "data")).toBeUndefined();
    expect(labelsOf(["", undefined], "data")).toBeUndefined();
  });

  it("takes whole numbers of any type, and refuses others with their row", () => {
    expect(labelsOf(Float32Array.of(2, 0), "data")?.labels).toEqual(Int32Array.of(2, 0));
    expect(() => labelsOf(Float32Array.of(2, 0.5), "digits")).toThrow(
      new DataError(
        "digits: the label of row 1 (counted from 0) is 0.5; labels are whole numbers from 0 or texts, and -1 where they are not known",
      ),
    );
    expect(() => labelsOf(["a", 3 as never], "digits")).toThrow(/label of row 1 .* is 3;/);
  });
});
