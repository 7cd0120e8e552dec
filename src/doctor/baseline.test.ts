import { expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { baselineOf } from "./baseline.ts";

const table = (...rows: [number, number][]) => dataset(Float64Array.from(rows.flat()), { shape: [2] });

// Columns of mean 1 and 4, and of variance 1 and 4.
const train = table([0, 2], [2, 6]);
const heldOut = table([1.5, 3], [0, 7]);

/** Mean over the held-out rows of the normal log-density with these variances. */
function gaussianBound(...variance: [number, number]): number {
  const squares = [(0.5 ** 2 + 1) / 2, (1 + 9) / 2];
  const terms = squares.map((square, column) => {
    const v = variance[column]!;
    return -0.5 * (Math.log(2 * Math.PI * v) + square / v);
  });
  return terms[0]! + terms[1]!;
}

it.each([
  ["a given deviation", 0.5, gaussianBound(0.25, 0.25)],
  ["one that is learned", "shared", gaussianBound(2.5, 2.5)],
  ["one in closed form", "calibrated", gaussianBound(2.5, 2.5)],
  ["one of each column", "perDimension", gaussianBound(1, 4)],
  ["one of the decoder", "decoder", gaussianBound(1, 4)],
] as const)("knows what columns alone give a Gaussian of %s", (_, scale, expected) => {
  expect(baselineOf(train, heldOut, { type: "gaussian", scale })).toBeCloseTo(expected, 6);
});
