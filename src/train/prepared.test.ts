import { describe, expect, it } from "vitest";
import { dataset, exampleValues, take } from "../data/dataset.ts";
import { columnMoments } from "../data/moments.ts";
import { inDataUnits, withPreprocess } from "../data/preprocess.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import { prepared } from "./prepared.ts";

const GAUSSIAN: Likelihood = { type: "gaussian", scale: 1 };
const MIXED: Likelihood = { type: "mixed", columns: [] };
const BERNOULLI: Likelihood = { type: "bernoulli" };
/** Mean 1.7e9, deviation √(2/3)·10; mean 2, deviation √(2/3). */
const TIMES = Float64Array.of(1.7e9 - 10, 1, 1.7e9, 2, 1.7e9 + 10, 3);

describe("prepared", () => {
  it("centres what a mean dwarfs, in double precision, and nothing else", () => {
    const data = prepared(dataset(TIMES, { shape: [2] }), GAUSSIAN);
    expect(data.preprocess).toEqual({ center: [1.7e9, 0], spread: [1, 1] });
    expect(Array.from(exampleValues(data, { start: 0, end: 3 }))).toEqual([-10, 1, 0, 2, 10, 3]);
    expect(data.schema).toMatchObject({ kind: "real", range: [-10, 10] });
  });

  it.each([
    ["whole numbers", Int32Array.from(TIMES)],
    ["real numbers", TIMES],
  ])("standardises %s to mean 0 and deviation 1", (_, rows) => {
    const data = prepared(dataset(rows, { shape: [2], standardize: true }), GAUSSIAN);
    const { mean, deviation } = columnMoments(data);
    for (const each of mean) expect(each).toBeCloseTo(0, 12);
    for (const each of deviation) expect(each).toBeCloseTo(1, 12);
    expect(data.preprocess!.spread[0]).toBeCloseTo(Math.sqrt(200 / 3), 12);
    const back = inDataUnits(exampleValues(data, { start: 0, end: 3 }), data.preprocess);
    expect(back).toBeInstanceOf(Float64Array);
    for (const [i, value] of back.entries()) expect(Math.abs(value - TIMES[i]!)).toBeLessThan(2e-6);
  });

  it("leaves constants, other kinds of columns and other likelihoods alone", () => {
    const constant = dataset(Float64Array.of(0.1, 0.1, 0.1), { shape: [1] });
    expect(prepared(constant, GAUSSIAN)).toBe(constant);
    const columns = [{ kind: "count" }, { kind: "real" }] as const;
    const counts = dataset(TIMES, { shape: [2], columns, standardize: true });
    expect(prepared(counts, MIXED).preprocess).toMatchObject({ center: [0, 2] });
    const bits = dataset(Uint8Array.of(0, 1), { shape: [1] });
    expect(prepared(bits, BERNOULLI)).toBe(bits);
    expect(() => prepared({ ...bits, standardize: true }, BERNOULLI)).toThrow(
      "standardize was given, after which values are real numbers around 0, which a Bernoulli likelihood cannot give: leave it out, or choose a likelihood of real numbers, such as gaussian",
    );
  });

  it("treats other data as those it was fitted on, once", () => {
    const { preprocess } = prepared(dataset(TIMES, { shape: [2] }), GAUSSIAN);
    const other = withPreprocess(dataset(Float64Array.of(1.7e9 + 5, 7), { shape: [2] }), preprocess);
    expect(Array.from(exampleValues(take(other, [0]), [0]))).toEqual([5, 7]);
    expect(withPreprocess(other, preprocess)).toBe(other);
  });
});
