import { beforeAll, describe, expect, it } from "vitest";
import { EvaluationNoise } from "./noise.ts";

/** Kernels work on so many values at once. */
const PART = 1 << 14;
const key = { seed: 5, stream: "evaluationBinarization" } as const;

let noise: EvaluationNoise;
beforeAll(async () => {
  noise = await EvaluationNoise.create();
});

describe("EvaluationNoise", () => {
  it("gives the same uniform numbers one at each call as all at once", () => {
    const expected = new Float32Array(600);
    noise.uniform(expected, key);
    expect(new Set(expected).size).toBeGreaterThan(590);
    expect(Float32Array.from(expected, noise.source(key))).toEqual(expected);
  });

  it.each(["fill", "uniform"] as const)("writes the same numbers by %s in parts as all at once", (method) => {
    const whole = new Float32Array(PART + 200);
    noise[method](whole, key);
    const end = new Float32Array(200);
    noise[method](end, key, PART);
    expect(end).toEqual(whole.subarray(PART));
  });

  it("binarises the same in parts as all at once", () => {
    const half = (length: number) => new Float32Array(length).fill(0.5);
    const whole = half(PART + 200);
    noise.binarize(whole, key, 0);
    const end = half(200);
    noise.binarize(end, key, PART);
    expect(end).toEqual(whole.subarray(PART));
    expect(end).not.toEqual(whole.subarray(0, 200));
  });
});
