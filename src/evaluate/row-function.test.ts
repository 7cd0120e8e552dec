import { expect, it } from "vitest";
import * as g from "../graph/build.ts";
import { layoutOf } from "../nn/parameters.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { RowFunction } from "./row-function.ts";

const none = layoutOf([]);
const weights = {
  layout: { parameterSpecs: [], stateSpecs: [], parameters: none, states: none },
  parameters: new Float32Array(0),
  states: new Float32Array(0),
};

it.each([
  { chunkRows: 1, frozen: true },
  { chunkRows: 2, frozen: true },
  { chunkRows: 3, frozen: true },
  { chunkRows: 4, frozen: true },
  { chunkRows: 4, frozen: false },
])("computes every row once and in its place, with %o", async (options) => {
  const sums = await RowFunction.compile(
    await nodeRuntime(),
    weights,
    { inputs: { x: [3] }, build: (_, { x }) => ({ sum: g.reduceSum(g.mul(x!, x!), [1]) }) },
    options,
  );
  for (const total of [0, 1, 2, 5, 8, 9]) {
    const found: number[] = [];
    const progress: number[] = [];
    await sums.run(
      total,
      ({ first, rows, buffers }) => {
        expect(rows).toBeLessThanOrEqual(options.chunkRows);
        buffers.x!.forEach((_, i) => {
          buffers.x![i] = 3 * first + i;
        });
      },
      ({ buffers }) => found.push(...buffers.sum!),
      { onProgress: (done) => progress.push(done) },
    );
    const expected = Array.from({ length: total }, (_, row) =>
      [0, 1, 2].reduce((sum, i) => sum + (3 * row + i) ** 2, 0),
    );
    expect(found).toEqual(expected);
    expect(progress.at(-1) ?? 0).toBe(total);
  }
  await sums.dispose();
});

it("computes fewer rows at once where much is computed of each", async () => {
  const sums = await RowFunction.compile(await nodeRuntime(), weights, {
    inputs: { x: [1] },
    build: (_, { x }) => {
      const many = g.expand(g.reshape(x!, [x!.shape[0]!, 1]), [x!.shape[0]!, 300_000]);
      return { sum: g.reduceSum(g.sin(many), [1]) };
    },
  });
  const sizes = new Set<number>();
  await sums.run(
    200,
    ({ rows, buffers }) => {
      sizes.add(rows);
      buffers.x!.fill(0);
    },
    () => {},
  );
  expect(Math.max(...sizes) * 300_000).toBeLessThanOrEqual(2e7);
  expect(sizes.size).toBeLessThanOrEqual(2);
  await sums.dispose();
});

it("refuses noise that nobody fills", async () => {
  const noisy = await RowFunction.compile(await nodeRuntime(), weights, {
    inputs: { x: [2] },
    build: (trace, { x }) => ({
      sum: g.add(x!, trace.scope("unknown").normalNoise("epsilon", [x!.shape[0]!, 2])),
    }),
  });
  const run = (work: object) =>
    noisy.run(
      3,
      () => {},
      () => {},
      work,
    );
  await expect(run({})).rejects.toThrow("reads the noise unknown.epsilon, which nobody fills");
  await expect(run({ fillNoise: () => {} })).resolves.toBeUndefined();
  await noisy.dispose();
});
