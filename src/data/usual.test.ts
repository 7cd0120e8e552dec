import { expect, it } from "vitest";
import { between } from "../../test/reference/random.ts";
import { dataset, exampleValues } from "./dataset.ts";
import { usualMeans, usualRows } from "./usual.ts";

const EVERY = () => true;

it("rows a million ranges away from the others are left out, with their place; those less far are not", () => {
  const values = between(300 * 3, 1, 5, 7);
  values[30 * 3 + 1] = -3e7;
  values[200 * 3] = 4e5;
  values[250 * 3 + 2] = 1e30;
  const data = dataset(Float32Array.from(values), { shape: [3] });
  const { data: usual, odd } = usualRows(data, EVERY);
  expect(odd.map(({ row, column }) => [row, column])).toEqual([
    [30, 1],
    [250, 2],
  ]);
  expect(odd[0]!.median).toBeCloseTo(6, 0);
  expect(usual.examples).toBe(298);
  expect(exampleValues(usual, [199])[0]).toBe(4e5);
  expect(usualRows(data, (column) => column === 1).odd.length).toBe(1);
});

it("columns that hardly ever vary are judged by what varies, and few rows or many odd ones are kept", () => {
  const sparse = Float32Array.from({ length: 500 * 2 }, (_, i) => (i % 100 === 0 ? 1000 + i : 0));
  expect(usualRows(dataset(sparse, { shape: [2] }), EVERY).odd).toEqual([]);
  const pair = Float32Array.of(1, 1e30);
  expect(usualRows(dataset(pair, { shape: [1] }), EVERY).odd).toEqual([]);
  const halves = Float32Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1e-20 * i : i));
  expect(usualRows(dataset(halves, { shape: [1] }), EVERY).odd).toEqual([]);
});

it("a mean that odd values have moved is replaced by the median, another is not", () => {
  const values = Float64Array.from({ length: 100 * 2 }, (_, i) => (i >> 1) % 10);
  values[5 * 2] = -9999;
  const data = dataset(values, { shape: [2] });
  expect(Array.from(usualMeans(data, Float64Array.of(-95, 4.5)))).toEqual([4, 4.5]);
});
