import { describe, expect, it } from "vitest";
import { draws, normals } from "../../test/reference/normals.ts";
import { momentsOf } from "./covariance.ts";

describe("momentsOf", () => {
  it("are the averages of their definition, over more rows and columns than a block holds", () => {
    const [examples, values] = [523, 71];
    const normal = normals(31);
    // A hundred thousand standard deviations from 0.
    const rows = draws(examples * values, () => 1e5 + normal());
    const { mean, covariance } = momentsOf(rows, values);
    for (const i of [0, 1, 37, 64, 70]) {
      const column = (v: number) => Array.from({ length: examples }, (_, e) => rows[e * values + v]!);
      const average = (each: readonly number[]) => each.reduce((sum, value) => sum + value, 0) / examples;
      expect(mean[i]).toBeCloseTo(average(column(i)), 7);
      for (const j of [0, 2, 63, 65, 70]) {
        const [a, b] = [column(i), column(j)];
        const [meanA, meanB] = [average(a), average(b)];
        const expected = average(a.map((value, e) => (value - meanA) * (b[e]! - meanB)));
        expect(covariance[i * values + j]).toBeCloseTo(expected, 9);
        expect(covariance[j * values + i]).toBe(covariance[i * values + j]);
      }
    }
  });
});
