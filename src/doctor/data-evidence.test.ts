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
