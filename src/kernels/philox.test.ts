import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKernels } from "./kernels.ts";
import { compileKernels, instantiateKernels } from "./module.ts";
import { counterOf, philox, wordsOf } from "./testing/philox.ts";

const memory = new WebAssembly.Memory({ initial: 1 });
const kernels = await instantiateKernels(await compileKernels(false), memory);
const arena = await createKernels({ bytes: 65_536 });

function draw(counter: readonly number[], key: readonly number[], count: number): number[] {
  kernels.seek(key[0]!, key[1]!, counter[0]!, counter[1]!, counter[2]!, counter[3]!);
  expect(kernels.drawWords(0, count)).toBe(count);
  return [...new Uint32Array(memory.buffer, kernels.wordsAddress(), count)];
}

describe("Philox4x32-10", () => {
  // kat_vectors of Random123, https://github.com/DEShawResearch/random123
  it.each([
    { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ])("gives the published words for counter $counter", ({ counter, key, words }) => {
    expect(draw(counter, key, 4)).toEqual(words);
    expect(philox(counter, key)).toEqual(words);
    expect(counterOf(words, key)).toEqual(counter);
  });

  it("counts blocks up in 64 bits, in every lane", () => {
    const key = [1, 2];
    const expected = [
      [0xfffffffe, 6],
      [0xffffffff, 6],
      [0, 7],
      [1, 7],
      [2, 7],
    ].flatMap(([low, high]) => philox([low!, high!, 3, 4], key));
    expect(draw([0xfffffffe, 6, 3, 4], key, 20)).toEqual(expected);
  });

  it("continues where a full chunk ended", () => {
    const last = draw([0, 0, 0, 0], [5, 6], 1024).slice(-4);
    expect(last).toEqual(philox([255, 0, 0, 0], [5, 6]));
    kernels.drawWords(0, 4);
    const next = [...new Uint32Array(memory.buffer, kernels.wordsAddress(), 4)];
    expect(next).toEqual(philox([256, 0, 0, 0], [5, 6]));
  });
});

describe("a key", () => {
  const keys = fc.record({
    seed: fc.maxSafeNat(),
    stream: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    step: fc.maxSafeNat().map((n) => n % 2 ** 48),
  });

  it("and an index decide the word, by the documented layout", () => {
    const out = arena.allocateFloat32(64);
    const indices = fc.oneof(fc.nat(100), fc.bigInt({ min: 0n, max: 2n ** 50n - 64n }).map(Number));
    fc.assert(
      fc.property(keys, indices, fc.integer({ min: 1, max: 64 }), (key, firstIndex, length) => {
        const view = out.subarray(0, length);
        arena.uniform(view, key, { firstIndex });
        const words = wordsOf(key, firstIndex, length);
        expect([...view].map((u) => u * 2 ** 24)).toEqual(words.map((word) => word >>> 8));
      }),
    );
  });

  it.each([
    [{ seed: -1, stream: 0, step: 0 }, "seed is -1"],
    [{ seed: 2 ** 53, stream: 0, step: 0 }, "seed is 9007199254740992"],
    [{ seed: 0.5, stream: 0, step: 0 }, "seed is 0.5"],
    [{ seed: 0, stream: 2 ** 32, step: 0 }, "stream is 4294967296"],
    [{ seed: 0, stream: 0, step: 2 ** 48 }, "step is 281474976710656"],
    [{ seed: Number.NaN, stream: 0, step: 0 }, "seed is NaN"],
  ])("out of range is refused: %o", (key, message) => {
    const out = arena.allocateFloat32(1);
    expect(() => arena.uniform(out, key)).toThrow(message);
  });

  it("serves indices below 2^50", () => {
    const out = arena.allocateFloat32(4);
    const key = { seed: 0, stream: 0, step: 0 };
    expect(() => arena.uniform(out, key, { firstIndex: 2 ** 50 - 4 })).not.toThrow();
    expect(() => arena.uniform(out, key, { firstIndex: 2 ** 50 - 3 })).toThrow(
      "firstIndex is 1125899906842621",
    );
    expect(() => arena.uniform(out, key, { firstIndex: -1 })).toThrow("firstIndex is -1");
  });
});
