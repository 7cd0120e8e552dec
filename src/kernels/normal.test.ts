import { describe, expect, it } from "vitest";
import { createKernels } from "./kernels.ts";
import { compileKernels, instantiateKernels } from "./module.ts";
import { boxMuller, counterOf, kolmogorovSmirnov, normalsOf } from "./testing/philox.ts";

const COUNT = 1_000_000;
const key = { seed: 20_160_512, stream: 3, step: 7 };
const kernels = await createKernels({ bytes: 4 * COUNT });
const sample = kernels.allocateFloat32(COUNT);
kernels.normal(sample, key);

/** Marsaglia, "Evaluating the normal distribution" (2004): Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …). */
function normalDistribution(x: number): number {
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

describe("normal", () => {
  it("agrees with the Box–Muller transform in float64", () => {
    const expected = normalsOf(key, 0, 100_000);
    const errors = expected.map((z, i) => Math.abs(z - sample[i]!));
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(4);
    expect(errors.reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-6);
  });

  it("is finite and exact at the ends of the words, at the joints of the logarithm and at every angle", async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const wasm = await instantiateKernels(await compileKernels(false), memory);
    const address = 65_536 - 64;
    const out = new Float32Array(memory.buffer, address, 4);
    const rootHalf = Math.round(Math.SQRT1_2 * 2 ** 32);
    const ends = [
      0,
      1,
      2,
      255,
      2 ** 24,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 31 + 1,
      2 ** 32 - 256,
      2 ** 32 - 2,
      2 ** 32 - 1,
    ];
    const joints = [-300, -2, -1, 0, 1, 2, 300].flatMap((d) => [rootHalf + d, 2 ** 32 - rootHalf + d]);
    const eighths = [0, 1, 2, 3, 4, 5, 6, 7].map((eighth) => eighth * 2 ** 29);
    const angles = [...eighths, ...eighths.map((angle) => (angle + 2 ** 32 - 1) % 2 ** 32)];
    const worst = { relative: 0, largest: 0 };
    for (const word of [...ends, ...joints])
      for (const angle of angles) {
        const counter = counterOf([word, angle, angle, word], [1, 2]);
        wasm.seek(1, 2, counter[0]!, counter[1]!, counter[2]!, counter[3]!);
        wasm.normal(address, 4, 0, 0, 1);
        const expected = [...boxMuller(word, angle), ...boxMuller(angle, word)];
        expected.forEach((z, i) => {
          const radius = Math.hypot(expected[i - (i % 2)]!, expected[i + 1 - (i % 2)]!);
          worst.relative = Math.max(worst.relative, Math.abs(out[i]! - z) / radius);
          worst.largest = Math.max(worst.largest, Math.abs(out[i]!));
        });
      }
    expect(worst.relative).toBeLessThan(2.5e-7);
    expect(worst.largest).toBeCloseTo(Math.sqrt(66 * Math.LN2), 5);
  });

  it("has the moments of the normal distribution", () => {
    const moment = (power: number) => sample.reduce((sum, z) => sum + z ** power, 0) / COUNT;
    // Four standard errors: the k-th moment has variance (E z²ᵏ − (E zᵏ)²) / n.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / COUNT));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / COUNT));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / COUNT));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / COUNT));
  });

  it.each([1, 2, 3, 4, 16])("is uncorrelated %i elements apart", (lag) => {
    let sum = 0;
    for (let i = lag; i < COUNT; i++) sum += sample[i]! * sample[i - lag]!;
    expect(Math.abs(sum / COUNT)).toBeLessThan(4 / Math.sqrt(COUNT));
  });

  it("has the normal distribution", () => {
    expect(kolmogorovSmirnov(sample.subarray(0, 200_000), normalDistribution)).toBeLessThan(1.95);
  });

  it("shifts and scales", () => {
    const some = kernels.allocateFloat32(10);
    const standard = sample.slice(0, 10);
    kernels.normal(some, key, { mean: -2, standardDeviation: 0.5 });
    some.forEach((x, i) => {
      expect(x).toBe(Math.fround(-2 + 0.5 * standard[i]!));
    });
    kernels.normal(some, key, { mean: 3, standardDeviation: 0 });
    expect([...some]).toEqual(Array(10).fill(3));
  });

  it("refuses what is no distribution", () => {
    expect(() => kernels.normal(sample, key, { standardDeviation: -1 })).toThrow("standardDeviation is -1");
    expect(() => kernels.normal(sample, key, { mean: Number.NaN })).toThrow("mean is NaN");
  });
});
