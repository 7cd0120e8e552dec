import { describe, expect, it } from "vitest";
import { DataError } from "../../common/errors.ts";
import type { Rows } from "../schema.ts";
import type { IdxArray, IdxType } from "./idx.ts";
import { idxDataset } from "./idx-dataset.ts";

const ROWS: Record<IdxType, new (length: number) => Rows> = {
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

function idx(file: string, shape: number[], type: IdxType = "uint8"): IdxArray {
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  return { file, type, shape, data: new ROWS[type](length).map((_, i) => i % 3) };
}

const open = (images: IdxArray, labels?: IdxArray, divisor?: number) =>
  idxDataset(images, labels, { name: "pictures", split: "test", divisor });

describe("idxDataset", () => {
  it.each([
    [
      [4, 3, 2],
      [3, 2, 1],
    ],
    [
      [4, 3, 2, 1],
      [3, 2, 1],
    ],
    [
      [4, 3, 2, 3],
      [3, 2, 3],
    ],
    [
      [4, 3, 2, 4],
      [3, 2, 4],
    ],
    [[4, 5], [5]],
  ])("reads shape %o as examples of %o", (shape, example) => {
    expect(open(idx("a", shape))).toMatchObject({
      name: "pictures",
      split: "test",
      examples: 4,
      shape: example,
      divisor: 255,
    });
  });

  it("takes bytes for pixels, other types as they are, and the divisor given over both", () => {
    expect(open(idx("a", [4, 5])).divisor).toBe(255);
    expect(open(idx("a", [4, 5], "int16")).divisor).toBe(1);
    expect(open(idx("a", [4, 5], "float32")).divisor).toBe(1);
    expect(open(idx("a", [4, 5]), undefined, 2).divisor).toBe(2);
    expect(open(idx("a", [4, 5], "float64"), undefined, 16).divisor).toBe(16);
  });

  it("attaches whole labels of any type", () => {
    expect(open(idx("a", [4, 5]), idx("b", [4])).labels).toStrictEqual(Uint8Array.of(0, 1, 2, 0));
    for (const type of ["int8", "int16", "int32", "float32", "float64"] as const) {
      expect(open(idx("a", [4, 5]), idx("b", [4], type)).labels).toStrictEqual(Int32Array.of(0, 1, 2, 0));
    }
  });

  it.each<[string, IdxArray, IdxArray | undefined]>([
    [
      "train-labels holds 60000 single values, as label files do; examples need an images file",
      idx("train-labels", [60000]),
      undefined,
    ],
    [
      "a has shape 4×3×8×8; images are examples×height×width, or that with 1, 3 or 4 channels last",
      idx("a", [4, 3, 8, 8]),
      undefined,
    ],
    [
      "a has shape 2×2×2×3×1; images are examples×height×width, or that with 1, 3 or 4 channels last",
      idx("a", [2, 2, 2, 3, 1]),
      undefined,
    ],
    [
      "t10k-labels has 10 labels for 60 images; it needs one for each",
      idx("a", [60, 2]),
      idx("t10k-labels", [10]),
    ],
    [
      "b has shape 4×2×2, as image files do; labels are one number for each image",
      idx("a", [4, 5]),
      idx("b", [4, 2, 2]),
    ],
    [
      "b holds float32 values that are not whole numbers; labels are",
      idx("a", [4, 5]),
      { ...idx("b", [4], "float32"), data: Float32Array.of(0, 1, 0.5, 2) },
    ],
  ])("refuses: %s", (message, images, labels) => {
    expect(() => open(images, labels)).toThrow(new DataError(message));
  });
});
