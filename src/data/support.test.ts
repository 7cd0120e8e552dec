import { describe, expect, it } from "vitest";
import { DataError } from "../errors.ts";
import { type DatasetOptions, dataset } from "./dataset.ts";
import type { Rows } from "./schema.ts";
import { requireSupport } from "./support.ts";

const check = (rows: Rows, options: DatasetOptions, likelihood: "bernoulli" | "gaussian" = "bernoulli") =>
  requireSupport(dataset(rows, options), likelihood);

describe("requireSupport", () => {
  it.each<[string, Rows, DatasetOptions]>([
    [
      "train images have values up to 255; a Bernoulli likelihood needs [0, 1]: pass --scale 255 or --likelihood gaussian",
      Float32Array.of(0, 255),
      { shape: [1, 2, 1], split: "train" },
    ],
    [
      "test images have values up to 200; a Bernoulli likelihood needs [0, 1]: pass --scale 255 or --likelihood gaussian",
      Uint8Array.of(0, 200),
      { shape: [1, 2, 1], split: "test", divisor: 1 },
    ],
    [
      "rows have values up to 2.5; a Bernoulli likelihood needs [0, 1]: pass --scale 5 or --likelihood gaussian",
      Int16Array.of(0, 5),
      { shape: [2], divisor: 2 },
    ],
    [
      "validation rows have values down to -3; a Bernoulli likelihood needs [0, 1]: pass --likelihood gaussian",
      Int8Array.of(-3, 1),
      { shape: [2], split: "validation" },
    ],
    [
      "rows have values down to -0.5; a Bernoulli likelihood needs [0, 1]: pass --likelihood gaussian",
      Float64Array.of(-0.5, 9),
      { shape: [2] },
    ],
  ])("says: %s", (message, rows, options) => {
    expect(() => check(rows, options)).toThrow(new DataError(message));
    expect(() => check(rows, options, "gaussian")).not.toThrow();
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
        const scale = /--scale (\S+)/.exec(messageOf(() => check(rows, { shape: [2], divisor })))?.[1];
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
