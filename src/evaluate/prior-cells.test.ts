import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { normalDistribution, normalQuantile } from "../numerics/normal.ts";
import { nodeRuntime } from "../runtime/node.ts";
import type { Runtime } from "../runtime/session.ts";
import { EvaluationNoise } from "./noise.ts";
import { priorCells } from "./prior-cells.ts";

const MANY = 80_000;

let runtime: Runtime;
let noise: EvaluationNoise;
beforeAll(async () => {
  runtime = await nodeRuntime();
  noise = await EvaluationNoise.create();
});

function normals(length: number): Float32Array {
  const values = new Float32Array(length);
  noise.fill(values, { seed: 1, stream: "prior" });
  return values;
}

describe("priorCells", () => {
  it("counts in the order of reading, the second coordinate upwards", async () => {
    // Percentiles 1/8, 3/8, 5/8, 7/8 are the middles of four columns.
    const middle = (cell: number) => normalQuantile((cell + 0.5) / 4);
    const points = [
      [3, 0],
      [3, 0],
      [1, 2],
      [0, 3],
    ].flatMap(([column, row]) => [middle(column!), middle(row!)]);
    const { counts } = await priorCells(runtime, Float32Array.from(points), { side: 4 });
    expect(Array.from(counts)).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  });

  it("has its edges at the prior's percentiles, and its outer cells reach to infinity", async () => {
    const nudge = 1e-4;
    for (const edge of [1, 7, 13]) {
      const z = normalQuantile(edge / 20);
      const { counts } = await priorCells(runtime, Float32Array.of(z - nudge, 0, z + nudge, 0));
      const row = Array.from(counts).slice(9 * 20, 10 * 20);
      expect(row.flatMap((count, column) => (count > 0 ? [column] : []))).toEqual([edge - 1, edge]);
    }
    const { counts } = await priorCells(runtime, Float32Array.of(-50, 50), { side: 3 });
    expect(Array.from(counts)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("finds neither holes nor strays in draws of the prior", async () => {
    const { holes, strays, counts } = await priorCells(runtime, normals(2 * MANY));
    expect({ holes, strays }).toEqual({ holes: 0, strays: 0 });
    const squares = Array.from(counts, (count) => (count - MANY / 400) ** 2 / (MANY / 400));
    const chiSquare = squares.reduce((sum, square) => sum + square, 0);
    expect(Math.abs(chiSquare - 399)).toBeLessThan(4 * Math.sqrt(2 * 399));
  });

  it("finds the half of the prior that is empty", async () => {
    const right = normals(2 * MANY).map((value, at) => (at % 2 === 0 ? Math.abs(value) : value));
    expect((await priorCells(runtime, right)).holes).toBe(0.5);
  });

  it.each([0.25, 0.5, 3, 10])(
    "counts what a normal distribution of deviation %d must give",
    async (deviation) => {
      const points = normals(2 * MANY).map((value) => value * deviation);
      const { counts, holes, strays } = await priorCells(runtime, points);
      const edges = Array.from({ length: 21 }, (_, edge) =>
        normalDistribution(normalQuantile(edge / 20) / deviation),
      );
      const line = edges.slice(1).map((edge, cell) => edge - edges[cell]!);
      const expected = line.flatMap((row) => line.map((column) => MANY * row * column));
      for (const [cell, wanted] of expected.entries())
        expect(Math.abs(counts[cell]! - wanted)).toBeLessThan(5 * Math.sqrt(wanted) + 2);

      const shareAt = (cell: number) => counts[cell]! / MANY;
      const cells = Array.from(counts.keys());
      expect(holes).toBeCloseTo(cells.filter((cell) => shareAt(cell) < 1 / 4000).length / 400, 12);
      const crowded = cells.filter((cell) => shareAt(cell) > 1 / 40);
      expect(strays).toBeCloseTo(
        crowded.map(shareAt).reduce((sum, share) => sum + share, 0),
        12,
      );
    },
  );

  it("refuses no points, half a point and no cells", async () => {
    await expect(priorCells(runtime, new Float32Array(0))).rejects.toThrow(DataError);
    await expect(priorCells(runtime, new Float32Array(3))).rejects.toThrow(/3 coordinates .* two each/);
    await expect(priorCells(runtime, new Float32Array(2), { side: 0 })).rejects.toThrow(ConfigError);
  });
});
