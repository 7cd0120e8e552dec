import { describe, expect, it } from "vitest";
import { Batches } from "../data/batches.ts";
import { dataset } from "../data/dataset.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { createKernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";

const bytes = dataset(
  Uint8Array.from({ length: 10 * 3 }, (_, index) => index * 8),
  { shape: [3] },
);
const reals = dataset(
  Float32Array.from({ length: 10 * 3 }, (_, index) => index / 30),
  { shape: [3] },
);

async function batches(
  data: typeof bytes,
  { binarize = "never" as "never" | "once" | "always", seed = 0 } = {},
) {
  const kernels = await createKernels({ bytes: 4096 });
  const made = new Batches(data, { batchSize: 4, seed, binarize }, kernels);
  const x = kernels.allocateFloat32(12);
  const fill = (iteration: number) => {
    made.fill(x, iteration);
    return Array.from(x);
  };
  return { made, fill };
}

const half = dataset(new Float32Array(10 * 3).fill(0.5), { shape: [3] });

describe("Batches", () => {
  it("visits different examples until an epoch ends, in another order each epoch", async () => {
    const { made } = await batches(bytes);
    expect(made.perEpoch).toBe(2);
    expect([1, 2, 3, 4, 5].map((iteration) => made.epochOf(iteration))).toEqual([1, 1, 2, 2, 3]);
    const epoch = (first: number) => [...made.indices(first), ...made.indices(first + 1)];
    expect(new Set(epoch(1)).size).toBe(8);
    expect(epoch(1)).not.toEqual(epoch(3));
    expect(epoch(1)).toEqual(epoch(1));
  });

  it.each([bytes, { ...bytes, divisor: 0.3 }, reals])("gathers and scales rows", async (data) => {
    const { made, fill } = await batches(data);
    const expected = [...made.indices(3)].flatMap((index) =>
      [0, 1, 2].map((column) => Math.fround(storedRows(data)[index * 3 + column]! / data.divisor)),
    );
    expect(fill(3)).toEqual(expected);
  });

  it("binarises an example once and for all, or anew each time, at the rate of its values", async () => {
    const seen = async (binarize: "once" | "always") => {
      const { made, fill } = await batches(half, { binarize });
      const byExample = new Map<number, Set<string>>();
      let ones = 0;
      for (let iteration = 1; iteration <= 200; iteration++) {
        const values = fill(iteration);
        ones += values.reduce((sum, value) => sum + value, 0);
        for (const [row, index] of made.indices(iteration).entries()) {
          const known = byExample.get(index) ?? new Set();
          byExample.set(index, known.add(values.slice(row * 3, row * 3 + 3).join()));
        }
      }
      return { byExample, rate: ones / (200 * 12) };
    };
    const once = await seen("once");
    expect([...once.byExample.values()].map((patterns) => patterns.size)).toEqual(Array(10).fill(1));
    const always = await seen("always");
    expect([...always.byExample.values()].every((patterns) => patterns.size === 8)).toBe(true);
    // 2400 fair coins: four standard deviations are 0.04.
    expect(Math.abs(always.rate - 0.5)).toBeLessThan(0.04);
  });
});

it("runs on disk draw from streams whose numbers never change", () => {
  expect(STREAMS).toEqual({
    initialization: 0,
    shuffle: 1,
    binarization: 2,
    evaluation: 3,
    prior: 4,
    likelihood: 5,
    evaluationBinarization: 6,
    observation: 7,
    priorStart: 8,
    noise: 16,
  });
});

it("runs on disk see examples in an order that never changes", async () => {
  const { made } = await batches(half, { seed: 1 });
  expect([1, 2, 3].map((iteration) => [...made.indices(iteration)])).toEqual([
    [2, 0, 4, 7],
    [5, 6, 1, 8],
    [7, 2, 1, 3],
  ]);
});

it.each([
  ["once", "11111100", "10011111"],
  ["always", "10100001", "00011100"],
] as const)("runs on disk see values binarised %s, by draws that never change", async (binarize, ...bits) => {
  const { fill } = await batches(half, { binarize, seed: 1 });
  expect([1, 2].map((iteration) => fill(iteration).slice(0, 8).join(""))).toEqual(bits);
});
