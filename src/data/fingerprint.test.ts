import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dataset, subset } from "./dataset.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Rows } from "./schema.ts";

const sha256 = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
const of = (rows: Rows, shape: number[], divisor = 1) => fingerprint(dataset(rows, { shape, divisor }));

describe("fingerprint", () => {
  it("is the SHA-256 of a text of type, shape, divisor and piecewise SHA-256 sums", async () => {
    const piece = 4 * 1024 * 1024;
    const rows = Uint8Array.from({ length: piece + 6 }, (_, i) => i % 251);
    const text = ["Uint8Array 2x1 / 255", sha256(rows.subarray(0, piece)), sha256(rows.subarray(piece))].join(
      "\n",
    );
    expect(await of(rows, [2, 1], 255)).toBe(sha256(text));
  });

  it("differs with a value, the type, the shape and the divisor", async () => {
    const rows = Uint8Array.of(0, 1, 1, 0);
    const prints = await Promise.all([
      of(rows, [2]),
      of(Uint8Array.of(0, 1, 1, 1), [2]),
      of(Uint8Array.of(0, 1, 1, 0, 0, 0), [2]),
      of(Int8Array.of(0, 1, 1, 0), [2]),
      of(rows, [2, 1]),
      of(rows, [1]),
      of(rows, [2], 255),
    ]);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it("is that of the values in view, whatever they are called", async () => {
    const rows = Int16Array.of(5, 6, 7, 8);
    const whole = dataset(rows, { shape: [1], name: "numbers", split: "train", labels: new Uint8Array(4) });
    expect(await fingerprint(subset(whole, 1, 3))).toBe(await of(Int16Array.of(6, 7), [1]));
  });

  it("is that of a Buffer and of the same bytes", async () => {
    expect(await of(Buffer.from([1, 2, 3]), [3])).toBe(await of(Uint8Array.of(1, 2, 3), [3]));
  });
});
