import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { createKernels } from "./kernels.ts";
import { compileKernels, instantiateKernels } from "./module.ts";
import type { DrawOptions } from "./random.ts";
import { counterOf, kolmogorovSmirnov, wordsOf } from "./testing/philox.ts";

const key = { seed: 99, stream: 4, step: 12_345 };
const LENGTH = 5000;
const kernels = await createKernels({ bytes: 2_000_000 });
const whole = kernels.allocateFloat32(LENGTH);
const parts = kernels.allocateFloat32(LENGTH);
const large = kernels.allocateFloat32(200_000);

const fills: Record<string, (out: Float32Array, options: DrawOptions) => void> = {
  uniform: (out, options) => kernels.uniform(out, key, options),
  "open uniform": (out, options) => kernels.uniform(out, key, { ...options, open: true }),
  normal: (out, options) => kernels.normal(out, key, options),
  "dropout mask": (out, options) => kernels.dropoutMask(out, key, 0.7, options),
  binarization: (out, options) => kernels.binarize(out.fill(0.4), key, options),
};

describe.each(Object.entries(fills))("%s", (_name, fill) => {
  it("is the same however it is cut, and writes nothing else", () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.array(fc.oneof(fc.nat(40), fc.nat(1500)), { maxLength: 12 }),
        fc.nat(7),
        (firstIndex, lengths, padding) => {
          fill(whole, { firstIndex });
          parts.fill(-9);
          let start = 0;
          for (const length of lengths) {
            const end = Math.min(LENGTH - padding, start + length);
            fill(parts.subarray(padding + start, padding + end), { firstIndex: firstIndex + start });
            start = Math.max(start, end);
          }
          start = Math.min(start, LENGTH - padding);
          expect(parts.subarray(padding, padding + start)).toEqual(whole.subarray(0, start));
          expect(new Set(parts.subarray(0, padding))).toEqual(new Set(padding > 0 ? [-9] : []));
          expect(parts.subarray(padding + start).every((value) => value === -9)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("uniform", () => {
  it("has the uniform distribution", () => {
    kernels.uniform(large, key);
    expect(kolmogorovSmirnov(large, (x) => x)).toBeLessThan(1.95);
  });

  it("draws (k + 1/2)/2^23 when open", () => {
    kernels.uniform(whole, key, { open: true });
    const expected = wordsOf(key, 0, LENGTH).map((word) => ((word >>> 9) + 0.5) / 2 ** 23);
    expect([...whole]).toEqual(expected);
  });

  it("covers minimum to maximum", () => {
    kernels.uniform(whole, key);
    const unit = whole.slice();
    kernels.uniform(whole, key, { minimum: -2, maximum: 6 });
    unit.forEach((u, i) => {
      expect(whole[i]).toBe(Math.fround(-2 + 8 * u));
    });
    expect(() => kernels.uniform(whole, key, { minimum: 1, maximum: 0 })).toThrow("from 1 to 0");
  });
});

describe("dropoutMask", () => {
  it.each([0.9, 0.5, 1 / 3, 1e-3])("keeps with probability %d and divides by it", (keepProbability) => {
    kernels.dropoutMask(whole, key, keepProbability);
    const threshold = Math.round(keepProbability * 2 ** 16);
    const kept = Math.fround(2 ** 16 / threshold);
    const halves = wordsOf(key, 0, LENGTH / 2).flatMap((word) => [word & 0xffff, word >>> 16]);
    expect([...whole]).toEqual(halves.map((half) => (half < threshold ? kept : 0)));
  });

  it("keeps one in 65,536 when asked for less", () => {
    kernels.dropoutMask(large, key, 1e-9);
    const halves = wordsOf(key, 0, large.length / 2).flatMap((word) => [word & 0xffff, word >>> 16]);
    expect(halves).toContain(0);
    expect([...large]).toEqual(halves.map((half) => (half === 0 ? 2 ** 16 : 0)));
  });

  it("draws the line between two numbers", async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const wasm = await instantiateKernels(await compileKernels(false), memory);
    const address = 65_536 - 64;
    const words = [0xe666_e665, 0xe664_e667, 0xffff_0000, 0x0000_ffff];
    const counter = counterOf(words, [0, 0]);
    wasm.seek(0, 0, counter[0]!, counter[1]!, counter[2]!, counter[3]!);
    wasm.dropoutMask(address, 8, 0, 0xe665, 2);
    expect([...new Float32Array(memory.buffer, address, 8)]).toEqual([2, 0, 0, 2, 2, 0, 0, 2]);
  });

  it("is all ones when everything is kept", () => {
    kernels.dropoutMask(large, key, 1);
    expect(large.every((value) => value === 1)).toBe(true);
  });

  it.each([0, -0.1, 1.1, Number.NaN])("refuses keepProbability %d", (keepProbability) => {
    expect(() => kernels.dropoutMask(whole, key, keepProbability)).toThrow(
      `keepProbability is ${keepProbability}`,
    );
  });
});

describe("binarize", () => {
  it("gives 1 with the probability that stood there", () => {
    const probabilities = large.map((_, i) => (i % 101) / 100);
    large.set(probabilities.map((p) => Math.min(p, 1)));
    kernels.binarize(large, key);
    const words = wordsOf(key, 0, 2000);
    words.forEach((word, i) => {
      const p = Math.fround(Math.min(probabilities[i]!, 1));
      expect(large[i]).toBe((word >>> 8) / 2 ** 24 < p ? 1 : 0);
    });
    for (const [percent, low, high] of [
      [0, 0, 0],
      [100, 1, 1],
      [30, 0.3 - 0.042, 0.3 + 0.042],
    ] as const) {
      const drawn = large.filter((_, i) => i % 101 === percent);
      const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
      expect(mean).toBeGreaterThanOrEqual(low);
      expect(mean).toBeLessThanOrEqual(high);
    }
  });

  it("leaves a NaN to be found", () => {
    whole.fill(0.5);
    whole[2] = Number.NaN;
    whole[LENGTH - 1] = Number.NaN;
    kernels.binarize(whole, key);
    expect(whole.findIndex(Number.isNaN)).toBe(2);
    expect(whole.filter(Number.isNaN)).toHaveLength(2);
  });
});

describe("binarizeRows", () => {
  const rowLength = 29;

  it("draws for an example what a pass over the whole dataset in order draws", () => {
    const examples = 100;
    const dataset = whole.subarray(0, examples * rowLength).fill(0.5);
    kernels.binarize(dataset, key);
    const rows = Uint32Array.from([17, 3, 99, 0, 17]);
    const batch = parts.subarray(0, rows.length * rowLength).fill(0.5);
    kernels.binarizeRows(batch, rowLength, rows, key);
    rows.forEach((row, place) => {
      const drawn = batch.subarray(place * rowLength, (place + 1) * rowLength);
      expect(drawn).toEqual(dataset.subarray(row * rowLength, (row + 1) * rowLength));
    });
  });

  it("refuses values that are not one row for each index", () => {
    const values = parts.subarray(0, 30);
    expect(() => kernels.binarizeRows(values, rowLength, new Uint32Array(1), key)).toThrow(DataError);
    expect(() => kernels.binarizeRows(values, 0, new Uint32Array(1), key)).toThrow("rowLength is 0");
  });
});
