import { beforeAll, describe, expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { DataError } from "../common/errors.ts";
import { dataset, exampleValues } from "../data/dataset.ts";
import { nodeRuntime } from "../runtime/node.ts";
import type { Runtime } from "../runtime/session.ts";
import { nearestRows } from "./nearest-rows.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime();
});

function randoms(length: number, seed: number, offset = 0): Float32Array {
  const next = uniform(seed);
  return Float32Array.from({ length }, () => offset + next());
}

/** Every pair in double precision. */
function bruteForce(queries: Float32Array, rows: Float32Array, size: number) {
  return Array.from({ length: queries.length / size }, (_, query) => {
    const squares = Array.from({ length: rows.length / size }, (_, row) =>
      Array.from(
        { length: size },
        (_, at) => (queries[query * size + at]! - rows[row * size + at]!) ** 2,
      ).reduce((sum, square) => sum + square, 0),
    );
    const least = Math.min(...squares);
    return { index: squares.indexOf(least), distance: Math.sqrt(least / size) };
  });
}

describe("nearestRows", () => {
  it.each([
    ["few of each", 3, 4, 5, 0],
    ["more queries and rows than are compared at once", 1003, 507, 3, 0],
    ["values far from 0", 20, 600, 4, 3000],
  ])("agrees with comparing every pair: %s", async (_, queryCount, rowCount, size, offset) => {
    const queries = randoms(queryCount * size, 1, offset);
    const rows = randoms(rowCount * size, 2, offset);
    const found = await nearestRows(runtime, queries, dataset(rows, { shape: [size] }));
    const wanted = bruteForce(queries, rows, size);
    expect(Array.from(found.indices)).toEqual(wanted.map(({ index }) => index));
    for (const [query, { distance }] of wanted.entries())
      expect(found.distances[query]).toBeCloseTo(distance, 12);
  });

  it("compares in scaled units, and finds a copy at distance 0", async () => {
    const pixels = Uint8Array.from({ length: 60 }, (_, at) => (at * 37) % 256);
    const data = dataset(pixels, { shape: [2, 3, 1] });
    const { indices, distances } = await nearestRows(runtime, exampleValues(data, [7, 2]), data);
    expect(Array.from(indices)).toEqual([7, 2]);
    expect(Array.from(distances)).toEqual([0, 0]);
    const black = dataset(Uint8Array.of(255, 255, 255, 0, 255, 255), { shape: [3] });
    const { distances: fromBlack } = await nearestRows(runtime, new Float32Array(3), black);
    expect(fromBlack[0]).toBeCloseTo(Math.sqrt(2 / 3), 12);
  });

  it("tells its progress, and stops when told", async () => {
    const data = dataset(randoms(1100 * 2, 3), { shape: [2] });
    const queries = randoms(1200 * 2, 4);
    const heard: number[] = [];
    await nearestRows(runtime, queries, data, { onProgress: (done, total) => heard.push(done / total) });
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(heard.at(-1)).toBe(1);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(nearestRows(runtime, queries, data, { signal })).rejects.toThrow("enough");
  });

  it("refuses no queries, and parts of rows", async () => {
    const data = dataset(randoms(8, 5), { shape: [4] });
    await expect(nearestRows(runtime, new Float32Array(0), data)).rejects.toThrow(DataError);
    await expect(nearestRows(runtime, new Float32Array(6), data)).rejects.toThrow(
      /6 values .* rows of 4 values/,
    );
  });
});
