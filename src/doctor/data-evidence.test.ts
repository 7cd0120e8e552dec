import { expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { dataEvidence } from "./data-evidence.ts";

const table = (...rows: [number, number][]) => dataset(Float64Array.from(rows.flat()), { shape: [2] });

it("counts copies of training rows in every held-out split", () => {
  const train = table([1, 2], [3, 4], [5, 6], [1, 2]);
  const clean = table([1, 4], [2, 1]);
  const leaky = table([3, 4], [7, 8], [5, 6]);
  const { duplicates, examples } = dataEvidence(train, [clean, leaky]);
  expect(duplicates).toEqual({ within: 0.25, across: 2 });
  expect(examples).toEqual({ train: 4, heldOut: 5 });
});

it("judges data with missing values by means in their place", () => {
  const rows = Float64Array.from({ length: 2 * 80 }, (_, i) => (i % 7 === 3 ? Number.NaN : Math.sin(i * i)));
  const make = (from: number, to: number) =>
    dataset(rows.subarray(2 * from, 2 * to), { shape: [2], missing: true });
  const { shift, deviation, constantColumns } = dataEvidence(make(0, 50), [make(50, 80)]);
  expect(deviation).toBeGreaterThan(0.5);
  expect(shift!.squared).not.toBeNaN();
  expect(constantColumns).toEqual([]);
});
