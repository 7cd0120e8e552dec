import { expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { describeData, descriptionLines } from "./data-description.ts";
import { tableEvidence } from "./table-evidence.ts";

const NAMES = ["when", "id", "age", "again", "code", "few"];

/** Times around 1.7e9 s, shuffled numbers of rows, ages twice, a code of the label, and 0 or 1. */
function table(rows: number) {
  const values = Float64Array.from({ length: rows * 6 }, (_, at) => {
    const [row, column] = [Math.floor(at / 6), at % 6];
    const age = 20 + ((row * row * 7) % 61);
    return [1.7e9 + row * 86_400, (row * 37) % rows, age, age, 3 * (row % 3), row % 2][column]!;
  });
  return dataset(values, {
    ...{ name: "people", shape: [6], columns: NAMES.map((name) => ({ kind: "real", name })) },
    labels: Array.from({ length: rows }, (_, row) => (row === 0 ? undefined : ["a", "b", "c"][row % 3])),
  });
}

it("suspects copies of columns, numbers of rows and copies of the label, and not times", () => {
  expect(tableEvidence(table(101))).toEqual({
    duplicateColumns: [[2, 3]],
    identifiers: [1],
    labelColumns: [4],
  });
});

it("judges nothing by fewer than 50 rows, and no images", () => {
  const none = { duplicateColumns: [], identifiers: [], labelColumns: [] };
  expect(tableEvidence(table(49))).toEqual(none);
  expect(tableEvidence(dataset(new Float32Array(60 * 4), { shape: [2, 2, 1] }))).toEqual(none);
});

it("describes data with counts of labels, zeros and gaps, and why likelihoods are refused", () => {
  const rows = Float64Array.from({ length: 200 }, (_, i) => (i % 10 === 3 ? Number.NaN : i % 4));
  const part = dataset(rows, {
    ...{ name: "small", shape: [2], missing: true },
    columns: [
      { kind: "count", name: "x" },
      { kind: "count", name: "y" },
    ],
    labels: Array.from({ length: 100 }, (_, i) => (i < 40 ? "a" : i < 90 ? "b" : "")),
  });
  const found = describeData({ train: part, validation: part, test: part });
  expect(found).toMatchObject({
    ...{ examples: { train: 100, validation: 100, test: 100 }, columns: { count: 2 }, range: [0, 3] },
    labels: { a: 120, b: 150, "": 30 },
    missing: 0.1,
    gaps: { y: 0.2 },
    likelihood: { name: "negative-binomial" },
  });
  expect(Object.keys(found.refused)).toContain("bernoulli");
  expect(Object.keys(found.refused)).not.toContain("poisson");
  const text = descriptionLines(found).join("\n");
  expect(text).toContain("small: 300 rows of 2 values (100 to train, 100 to validate, 100 to test)");
  expect(text).toContain("labels: 2 classes: b 150, a 120; 30 rows without");
  expect(text).toContain("10 % missing (y 20 %)");
});
