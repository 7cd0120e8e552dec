import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { arenaBytes } from "./arena.ts";
import { createKernels } from "./kernels.ts";

describe("an arena", () => {
  it("sized by arenaBytes holds those allocations, zeroed, aligned and apart", async () => {
    const lengths = fc.array(fc.nat(30_000), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lengths, lengths, async (float32, uint8) => {
        const kernels = await createKernels({ bytes: arenaBytes({ float32, uint8 }) });
        const views = [
          ...float32.map((length) => kernels.allocateFloat32(length)),
          ...uint8.map((length) => kernels.allocateUint8(length)),
        ];
        expect(views.map((view) => view.length)).toEqual([...float32, ...uint8]);
        views.forEach((view, i) => {
          expect(view.byteOffset % 64).toBe(0);
          expect(view.every((value) => value === 0)).toBe(true);
          view.fill(i + 1);
        });
        kernels.permutation(3000, { seed: 0, stream: 0, step: 0 });
        views.forEach((view, i) => {
          expect(view.every((value) => value === i + 1)).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("lies in memory that is neither shared nor able to grow", async () => {
    const kernels = await createKernels({ bytes: 100 });
    expect(kernels.allocateFloat32(25).buffer).toBeInstanceOf(ArrayBuffer);
  });

  it("says when it is exhausted, and still serves what fits", async () => {
    const kernels = await createKernels({ bytes: 1000 });
    expect(() => kernels.allocateFloat32(1_000_000)).toThrow(ConfigError);
    expect(() => kernels.allocateUint8(1_000_000)).toThrow("give createKernels more bytes");
    expect(kernels.allocateUint8(1000)).toHaveLength(1000);
  });

  it("refuses sizes that are none", async () => {
    await expect(createKernels({ bytes: -1 })).rejects.toThrow("an arena of -1 bytes");
    await expect(createKernels({ bytes: Number.NaN })).rejects.toThrow(ConfigError);
    await expect(createKernels({ bytes: 2 ** 32 })).rejects.toThrow("at most 4 GiB");
    const kernels = await createKernels({ bytes: 100 });
    expect(() => kernels.allocateFloat32(-1)).toThrow("an allocation of -1 elements");
    expect(() => kernels.allocateFloat32(1.5)).toThrow("an allocation of 1.5 elements");
  });

  it("is the only memory its kernels work on", async () => {
    const kernels = await createKernels({ bytes: 1000 });
    const other = await createKernels({ bytes: 1000 });
    const key = { seed: 0, stream: 0, step: 0 };
    const inside = kernels.allocateFloat32(8);
    const bytes = kernels.allocateUint8(8);
    for (const outside of [new Float32Array(8), other.allocateFloat32(8)]) {
      const calls = [
        () => kernels.uniform(outside, key),
        () => kernels.normal(outside, key),
        () => kernels.dropoutMask(outside, key, 0.5),
        () => kernels.binarize(outside, key),
        () => kernels.binarizeRows(outside, 8, new Uint32Array(1), key),
        () => kernels.convertUint8(outside, bytes),
        () => kernels.convertUint8(inside, new Uint8Array(8)),
        () => kernels.sumOfSquares(outside),
        () => kernels.firstNonFinite(outside),
        () => kernels.sgd({ parameters: inside, gradients: outside, velocity: inside }, { learningRate: 1 }),
        () =>
          kernels.adam(
            { parameters: inside, gradients: inside, firstMoment: inside, secondMoment: outside },
            { learningRate: 1, step: 1 },
          ),
      ];
      for (const call of calls) {
        expect(call).toThrow(DataError);
        expect(call).toThrow("lies in other memory");
      }
    }
  });

  it("can lie beyond 2 GiB", async () => {
    const kernels = await createKernels({ bytes: 2 ** 31 + 2 ** 20 });
    kernels.allocateUint8(2 ** 31);
    const values = kernels.allocateFloat32(10_000);
    kernels.uniform(values, { seed: 0, stream: 0, step: 0 }, { minimum: 1, maximum: 2 });
    expect(values.every((value) => value >= 1 && value <= 2)).toBe(true);
    expect(kernels.sumOfSquares(values)).toBeGreaterThan(10_000);
    values[9999] = Number.NaN;
    expect(kernels.firstNonFinite(values)).toBe(9999);
  });
});
