import { beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { nodeRuntime } from "../runtime/node.ts";
import type { Runtime } from "../runtime/session.ts";
import { NEIGHBOURS, uncoveredShare } from "./coverage.ts";
import { EvaluationNoise } from "./noise.ts";

let runtime: Runtime;
let noise: EvaluationNoise;
beforeAll(async () => {
  runtime = await nodeRuntime();
  noise = await EvaluationNoise.create();
});

function normals(length: number, seed: number): Float32Array {
  const values = new Float32Array(length);
  noise.fill(values, { seed, stream: "prior" });
  return values;
}

function bruteForce(points: Float32Array, others: Float32Array, dimensions: number): number {
  const rows = (values: Float32Array) =>
    Array.from({ length: values.length / dimensions }, (_, row) =>
      values.subarray(row * dimensions, (row + 1) * dimensions),
    );
  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, d) => value - b[d]!));
  const uncovered = rows(points).filter((point, index) => {
    const fellows = rows(points).filter((_, other) => other !== index);
    const radius = fellows.map((fellow) => distance(point, fellow)).sort((a, b) => a - b)[NEIGHBOURS - 1]!;
    return rows(others).every((other) => distance(point, other) > radius);
  });
  return uncovered.length / rows(points).length;
}

/** Naeem et al. 2020, lemma 2: for n points and m others of one distribution, whatever it is. */
function expectedShare(n: number, m: number): number {
  return Array.from({ length: NEIGHBOURS }, (_, k) => (n - 1 - k) / (n + m - 1 - k)).reduce(
    (a, b) => a * b,
    1,
  );
}

describe("uncoveredShare", () => {
  it.each([1, 2, 5])("agrees with its definition in %d dimensions", async (dimensions) => {
    const points = normals(300 * dimensions, 1);
    const others = normals(100 * dimensions, 2).map((value) => 1 + value / 2);
    const share = await uncoveredShare(runtime, points, others, dimensions);
    expect(share).toBe(bruteForce(points, others, dimensions));
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.95);
  });

  // The tolerances are four standard deviations or more.
  it.each([
    [2, 3000, 3000, 0.02],
    [10, 2000, 2000, 0.025],
    [3, 2800, 400, 0.07],
  ])(
    "has the known mean for draws of one distribution in %d dimensions, %d and %d",
    async (d, n, m, tolerance) => {
      const share = await uncoveredShare(runtime, normals(n * d, 3), normals(m * d, 4), d);
      expect(Math.abs(share - expectedShare(n, m))).toBeLessThan(tolerance);
    },
  );

  it("is all where the others are elsewhere, and nothing where they are the points", async () => {
    const points = normals(400, 5);
    const far = normals(400, 6).map((value) => value + 100);
    expect(await uncoveredShare(runtime, points, far, 2)).toBe(1);
    expect(await uncoveredShare(runtime, points, points, 2)).toBe(0);
  });

  it("refuses too few points to have neighbourhoods", async () => {
    const points = normals(2 * NEIGHBOURS, 7);
    await expect(uncoveredShare(runtime, points, points, 2)).rejects.toThrow(
      new DataError("5 points were given: neighbourhoods need at least 6"),
    );
  });
});
