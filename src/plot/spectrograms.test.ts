import { expect, it } from "vitest";
import { rowsAsSpectrograms } from "./spectrograms.ts";

it("draws time to the right and pitch upwards, the louder the brighter", () => {
  // Two frames of three bands: the first loud in the lowest band, the second in the highest.
  const rows = Float32Array.of(0, -10, -10, -10, -10, 0);
  const { values, shape } = rowsAsSpectrograms(rows, [2, 3], [-10, 0]);
  expect(shape).toEqual([3, 2, 3]);
  const brightness = (y: number, x: number) =>
    values.slice(3 * (2 * y + x), 3 * (2 * y + x) + 3).reduce((a, b) => a + b);
  expect(brightness(2, 0)).toBeGreaterThan(2.5);
  expect(brightness(0, 1)).toBeGreaterThan(2.5);
  for (const [y, x] of [
    [0, 0],
    [1, 0],
    [1, 1],
    [2, 1],
  ] as const)
    expect(brightness(y, x)).toBeLessThan(0.1);
});

it("draws black what is 80 dB below the loudest", () => {
  // 80 dB of power are a factor of 10⁸, 18.42 in its natural logarithm.
  const { values } = rowsAsSpectrograms(Float32Array.of(-18.43, -16), [1, 2], [-23, 0]);
  expect(values.slice(3).reduce((a, b) => a + b)).toBeLessThan(0.03);
  expect(values.slice(0, 3).reduce((a, b) => a + b)).toBeGreaterThan(0.05);
});
