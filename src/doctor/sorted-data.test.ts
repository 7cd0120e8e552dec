import { describe, expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { dataEvidence } from "./data-evidence.ts";

const CLASSES = 5;

/** Rows around a corner of their class, in the order of these labels. */
function around(labels: Uint8Array) {
  const rows = Float32Array.from({ length: labels.length * CLASSES }, (_, at) => {
    const isCorner = at % CLASSES === labels[Math.floor(at / CLASSES)];
    return (isCorner ? 1 : 0) + 0.1 * Math.sin(at);
  });
  return dataset(rows, { shape: [CLASSES], labels });
}

describe("evidence of data that are sorted by class", () => {
  const train = around(Uint8Array.from({ length: 10_000 }, (_, i) => Math.floor((i * CLASSES) / 10_000)));
  const heldOut = around(Uint8Array.from({ length: 1500 }, (_, i) => i % CLASSES));

  it("has labels that neighbours share", () => {
    const { labels } = dataEvidence(train, [heldOut]);
    expect(labels).toMatchObject({ classes: CLASSES, smallest: 2000, largest: 2000, judged: 300 });
    expect(labels!.neighbourAccuracy).toBeGreaterThan(0.99);
  });
});

it("calls columns constant only where all rows have one value", () => {
  const examples = 30_000;
  const rows = new Float32Array(examples * 3);
  for (let row = 0; row < examples; row++) rows.set([row / examples, 7, 7], 3 * row);
  // Between the rows that are looked at for the spread.
  rows[3 * 20_002 + 2] = 8;
  expect(dataEvidence(dataset(rows, { shape: [3] }), []).constantColumns).toEqual([1]);
});

it("counts labels of any number", () => {
  const examples = 150_000;
  const labels = Int32Array.from({ length: examples }, (_, i) => i);
  const train = dataset(
    new Float32Array(examples).map((_, i) => i / examples),
    { shape: [1], labels },
  );
  expect(dataEvidence(train, [train]).labels).toMatchObject({ classes: examples, singletons: examples });
});
