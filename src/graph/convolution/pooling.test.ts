import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkGradient } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import { signed } from "../../../test/reference/random.ts";
import { emitModel } from "../../onnx/emit.ts";
import { run } from "../../onnx/testing/session.ts";
import * as g from "../build.ts";
import { sizeOf } from "../node.ts";
import { averagePool2d, maxPool2d, type PoolOptions } from "./pooling.ts";

const axis = fc
  .record({
    length: fc.integer({ min: 1, max: 8 }),
    size: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    before: fc.integer({ min: 0, max: 3 }),
    after: fc.integer({ min: 0, max: 3 }),
  })
  .filter(
    ({ length, size, before, after }) => before < size && after < size && length + before + after >= size,
  );

type Axis = typeof axis extends fc.Arbitrary<infer T> ? T : never;

function optionsOf(rows: Axis, columns: Axis): PoolOptions {
  return {
    size: [rows.size, columns.size],
    stride: [rows.stride, columns.stride],
    padding: [
      [rows.before, rows.after],
      [columns.before, columns.after],
    ],
  };
}

/** Pixels of each window along an axis, by trying every place. */
function windowsOf({ length, size, stride, before, after }: Axis): number[][] {
  const windows: number[][] = [];
  for (let start = -before; start + size <= length + after; start += stride) {
    const places = Array.from({ length: size }, (_, element) => start + element);
    windows.push(places.filter((place) => place >= 0 && place < length));
  }
  return windows;
}

const combinations = {
  maxPool2d: (values: number[]) => Math.max(...values),
  averagePool2d: (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

describe.each([
  ["maxPool2d", maxPool2d],
  ["averagePool2d", averagePool2d],
] as const)("%s", (name, pool) => {
  test("combines the pixels of each window", () => {
    fc.assert(
      fc.property(axis, axis, fc.integer({ min: 1, max: 3 }), (rows, columns, channels) => {
        const shape = [2, rows.length, columns.length, channels];
        const values = signed(sizeOf(shape), 5);
        const pooled = pool(g.input("x", shape), optionsOf(rows, columns));
        const expected = [0, 1].flatMap((n) =>
          windowsOf(rows).flatMap((up) =>
            windowsOf(columns).flatMap((across) =>
              Array.from({ length: channels }, (_, channel) =>
                combinations[name](
                  up.flatMap((i) =>
                    across.map(
                      (j) => values[((n * rows.length + i) * columns.length + j) * channels + channel]!,
                    ),
                  ),
                ),
              ),
            ),
          ),
        );
        expect(pooled.shape).toEqual([2, windowsOf(rows).length, windowsOf(columns).length, channels]);
        const found = interpret([pooled], { x: values })[0]!;
        for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 12);
      }),
      { numRuns: 60 },
    );
  });

  test("its gradient agrees with finite differences", () => {
    fc.assert(
      fc.property(axis, axis, (rows, columns) => {
        const shape = [2, rows.length, columns.length, 2];
        checkGradient(
          ([x]) => {
            const pooled = pool(x!, optionsOf(rows, columns));
            return g.reduceSum(g.mul(pooled, pooled));
          },
          [{ shape }],
        );
      }),
      { numRuns: 25 },
    );
  });

  test("ONNX Runtime gives the same", async () => {
    const padding = [
      [1, 0],
      [1, 1],
    ] as const;
    const shape = [2, 6, 5, 3];
    const values = signed(sizeOf(shape), 6).map(Math.fround);
    const outputs = { pooled: pool(g.input("x", shape), { size: [3, 2], stride: [2, 2], padding }) };
    const expected = interpret({ outputs }, { x: values }).pooled!;
    const { pooled } = await run(emitModel({ outputs }), { x: { type: "float32", shape, data: values } });
    for (const [index, value] of expected.entries()) expect(pooled!.data[index]).toBeCloseTo(value, 5);
  });

  test("tells what does not fit", () => {
    const x = g.input("x", [1, 2, 3, 1]);
    expect(() => pool(x, { size: [3, 3] })).toThrow("a window of 3 does not fit into 2 pixels");
    const padding = [
      [2, 0],
      [0, 0],
    ] as const;
    expect(() => pool(x, { size: [2, 2], padding })).toThrow("from 0 to 1 keeps each on the image");
    expect(() => pool(g.input("x", [2, 3]), { size: [1, 1] })).toThrow("not a tensor of shape [2, 3]");
  });
});
