import { expect, it } from "vitest";
import { fromHalf, toHalf } from "./half.ts";

it("keeps every half as it is", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((half) => ((half >> 10) & 31) !== 31);
  expect(toHalf(fromHalf(bits))).toEqual(bits);
});

it("rounds to the nearest, ties to even, and stays within the range", () => {
  // 1 + 2⁻¹¹ lies between 1 and 1 + 2⁻¹⁰; 2⁻²⁵ between 0 and the least half.
  const values = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 3 * 2 ** -25, 1e6, -1e6, 0.1];
  expect([...fromHalf(toHalf(values))]).toEqual([
    1,
    1 + 2 ** -9,
    0,
    2 ** -23,
    65504,
    -65504,
    0.0999755859375,
  ]);
});
