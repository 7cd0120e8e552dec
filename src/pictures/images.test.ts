import { expect, it } from "vitest";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import { drawExamples, imagesOf } from "./images.ts";

const look = (inputShape: number[]) => ({ inputShape, likelihood: { type: "gaussian", scale: 1 } }) as const;

it("draws images, matrices and all other rows in a grid", () => {
  const images = drawExamples(new Float32Array(4 * 6), look([2, 3, 1]), { columns: 4, zoom: 2 });
  // Four images 3 wide and 2 high at zoom 2, in gaps of 2.
  expect([images.width, images.height]).toEqual([4 * 6 + 5 * 2, 4 + 2 * 2]);
  const matrices = drawExamples(new Float32Array(4 * 6), look([2, 3]), { columns: 4, zoom: 2 });
  expect([matrices.width, matrices.height]).toEqual([images.width, images.height]);
  // Lines of 64 × 64 pixels.
  const lines = drawExamples(new Float32Array(4 * 6), look([6]), { columns: 4, zoom: 2 });
  expect([lines.width, lines.height]).toEqual([4 * 128 + 5 * 2, 128 + 2 * 2]);
});

it("draws what goes beyond [0, 1] from black to white", () => {
  const values = Float32Array.of(-2, 0, 1, 2);
  const { data, width } = drawExamples(values, look([1, 4, 1]), { zoom: 1 }, [-2, 2]);
  const red = (x: number) => data[3 * (width + 1 + x)];
  expect([0, 1, 2, 3].map(red)).toEqual([0, 128, 191, 255]);
});

it("draws counts so that the largest leave something to see of the others", () => {
  const counts = Float32Array.of(0, 1000, 0, 31);
  const heights = (likelihood: Likelihood) => {
    const { values, shape } = imagesOf({ inputShape: [4], likelihood }, [0, 1000])(counts);
    const [height, width] = shape as [number, number];
    const right = Array.from({ length: height }, (_, y) => values[y * width + width - 4]!);
    return right.findIndex((value) => value < 0.5);
  };
  // ln 32 is half of ln 1001.
  expect(Math.abs(heights({ type: "poisson", librarySize: "none" }) - 32)).toBeLessThan(4);
  expect(heights({ type: "gaussian", scale: 1 })).toBeGreaterThan(50);
});
