import { expect, it } from "vitest";
import { concatenate } from "./concatenate.ts";
import { dataset } from "./dataset.ts";
import { storedRows } from "./testing/stored-rows.ts";

it("joins splits in the type they are kept in", () => {
  const part = (rows: number[], labels: number[]) =>
    dataset(Uint8Array.from(rows), { shape: [2], divisor: 255, labels: Uint8Array.from(labels), name: "d" });
  const whole = concatenate([part([1, 2, 3, 4], [0, 1]), part([5, 6], [2])]);
  expect(whole).toMatchObject({ name: "d", examples: 3, divisor: 255, shape: [2], split: "all" });
  expect(storedRows(whole)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
  expect(whole.labels).toEqual(Uint8Array.of(0, 1, 2));
});

it("leaves labels out where a split has none", () => {
  const bare = dataset(Float32Array.of(0.5), { shape: [1] });
  const labelled = dataset(Float32Array.of(0.25), { shape: [1], labels: Uint8Array.of(3) });
  for (const parts of [
    [bare, labelled],
    [labelled, bare],
  ] as const) {
    expect(concatenate(parts).labels).toBeUndefined();
    expect(concatenate(parts).examples).toBe(2);
  }
});

it("joins splits without labels", () => {
  const part = dataset(Float32Array.of(0.5), { shape: [1] });
  expect(concatenate([part, part]).labels).toBeUndefined();
});
