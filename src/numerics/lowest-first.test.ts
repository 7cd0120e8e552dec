import { expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { lowestFirst } from "./lowest-first.ts";

it("orders values with a NaN and infinities among them, the NaN first", () => {
  expect(lowestFirst([3, Number.NaN, -1, Number.NEGATIVE_INFINITY, 3, Number.POSITIVE_INFINITY])).toEqual([
    1, 3, 2, 0, 4, 5,
  ]);
  const next = uniform(4);
  const values = Float64Array.from({ length: 500 }, (_, i) => (i % 50 === 7 ? Number.NaN : next()));
  const order = lowestFirst(values);
  expect(order.slice(0, 10).every((index) => Number.isNaN(values[index]!))).toBe(true);
  const rest = order.slice(10).map((index) => values[index]!);
  expect(rest).toEqual(rest.toSorted((a, b) => a - b));
});
