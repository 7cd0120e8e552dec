import { describe, expect, it } from "vitest";
import { createKernels } from "./kernels.ts";
import { wordsOf } from "./testing/philox.ts";

const kernels = await createKernels({ bytes: 0 });
const key = (step: number) => ({ seed: 1, stream: 2, step });

/** Fisher–Yates with Lemire's bounded integers, in arbitrary precision. */
function shuffled(length: number, words: readonly number[]): number[] {
  const order = Array.from({ length }, (_, i) => i);
  let used = 0;
  for (let last = length - 1; last > 0; last--) {
    const bound = BigInt(last + 1);
    let product = 0n;
    do product = BigInt(words[used++]!) * bound;
    while (product % 2n ** 32n < 2n ** 32n % bound);
    const other = Number(product >> 32n);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

describe("permutation", () => {
  it.each([0, 1, 2, 3, 10, 300_000])("of %i is the documented shuffle", (length) => {
    const expected = shuffled(length, wordsOf(key(8), 0, length + 100));
    const order = kernels.permutation(length, key(8));
    expect(order).toHaveLength(length);
    expect(order.findIndex((index, i) => index !== expected[i])).toBe(-1);
  });

  it("has every number once, and none prefers a place", () => {
    const length = 3_000_001;
    const order = kernels.permutation(length, key(0));
    const seen = new Uint8Array(length);
    for (const index of order) seen[index] = 1;
    expect(seen.every((value) => value === 1)).toBe(true);
    // A number and its place are uncorrelated: the coefficient has standard deviation 1/√(n − 1).
    const centre = (length - 1) / 2;
    const variance = (length * length - 1) / 12;
    const covariance = order.reduce((sum, index, i) => sum + (index - centre) * (i - centre), 0) / length;
    expect(Math.abs(covariance / variance)).toBeLessThan(4 / Math.sqrt(length));
  });

  it("gives each of the 24 orders of four as often", () => {
    const draws = 24_000;
    const counts = new Map<string, number>();
    for (let step = 0; step < draws; step++) {
      const order = kernels.permutation(4, key(step)).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - draws / 24) ** 2 / (draws / 24),
      0,
    );
    // The 0.999 quantile of χ² with 23 degrees of freedom.
    expect(chiSquare).toBeLessThan(49.73);
  });

  it("refuses a length that is none", () => {
    expect(() => kernels.permutation(-1, key(0))).toThrow("a permutation of -1");
    expect(() => kernels.permutation(2.5, key(0))).toThrow("a permutation of 2.5");
  });
});
