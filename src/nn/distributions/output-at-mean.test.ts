import { expect, it } from "vitest";
import { interpret } from "../../../test/reference/interpret.ts";
import { between } from "../../../test/reference/random.ts";
import { constant, input } from "../../graph/build.ts";
import { sizeOf } from "../../graph/node.ts";
import { Trace } from "../scope.ts";
import { headSize, type Likelihood, learnedAtMean, likelihoodOf, outputAtMean } from "./likelihood.ts";
import type { Marginals } from "./marginals.ts";
import type { MixedColumn } from "./mixed-column.ts";

/** Rows by columns of values, as what a likelihood is told of them. */
function marginalsOf(rows: readonly (readonly number[])[]): Marginals {
  const examples = rows.length;
  const share = (holds: (value: number) => boolean) =>
    Float64Array.from(rows[0]!, (_, column) => rows.filter((row) => holds(row[column]!)).length / examples);
  const mean = Float64Array.from(
    rows[0]!,
    (_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / examples,
  );
  return {
    examples,
    mean,
    centre: () => mean,
    deviation: () =>
      mean.map((m, column) =>
        Math.sqrt(rows.reduce((sum, row) => sum + (row[column]! - m) ** 2, 0) / examples),
      ),
    zeros: () => share((value) => value === 0),
    classes: (classes) =>
      Float64Array.from(
        Array.from({ length: classes }, (_, index) => [...share((value) => value === index)]).flat(),
      ),
  };
}

/** The mean of p(x|z) where the head gives these outputs, and everything learned beside them is as it begins. */
function meanAt(likelihood: Likelihood, outputs: Float64Array, observed?: readonly number[]): Float64Array {
  const trace = new Trace({ training: false });
  const context = { inputShape: [], ...(observed && { observed: constant(observed, [1, observed.length]) }) };
  const head = input("head", [1, outputs.length]);
  const { mean } = likelihoodOf(trace.scope("decoder"), head, likelihood, context);
  const learned = [...trace.parameters.values()].map(({ spec }) => [
    spec.name,
    new Float64Array(sizeOf(spec.shape)),
  ]);
  const running = [...trace.states.values()].map(({ spec }) => [spec.name, [spec.initial]]);
  const [values] = interpret([mean], { head: outputs, ...Object.fromEntries([...learned, ...running]) });
  return values as Float64Array;
}

function table(columns: readonly ArrayLike<number>[]): number[][] {
  return Array.from({ length: columns[0]!.length }, (_, row) => columns.map((column) => column[row]!));
}

const UNIT = table([between(200, 1, 0, 0.3), between(200, 2, 0.2, 1), between(200, 3, 0.9, 1)]);
const REAL = table([between(200, 1, -7, 2), between(200, 2, 1000, 1010), between(200, 3, -0.1, 0.1)]);
const COUNTS = table([2, 5, 40].map((most, i) => between(200, i + 4, 0, most).map(Math.floor)));
const CLASSES = table(
  [1, 2, 3].map((seed) => between(200, seed, 0, 3).map((value) => Math.floor(value ** 2 / 3))),
);
const SCALE = COUNTS.flat().reduce((sum, each) => sum + each, 0) / 600;

it.each<[Likelihood, number[][]]>([
  [{ type: "bernoulli" }, UNIT],
  [{ type: "continuous-bernoulli" }, UNIT],
  [{ type: "discretized-logistic", scale: "decoder" }, UNIT],
  [{ type: "discretized-logistic", scale: "perDimension" }, UNIT],
  [{ type: "discretized-logistic-mixture", components: 5 }, UNIT],
  [{ type: "gaussian", scale: 1 }, REAL],
  [{ type: "gaussian", scale: "calibrated" }, REAL],
  [{ type: "gaussian", scale: "decoder" }, REAL],
  [{ type: "laplace", scale: "decoder" }, REAL],
  [{ type: "student-t", scale: "perDimension", degreesOfFreedom: "learned" }, REAL],
  [{ type: "poisson", librarySize: "none", scale: SCALE }, COUNTS],
  [{ type: "negative-binomial", librarySize: "none", scale: SCALE, dispersion: "decoder" }, COUNTS],
  [
    { type: "zero-inflated-negative-binomial", librarySize: "none", scale: SCALE, dispersion: "decoder" },
    COUNTS,
  ],
  [{ type: "categorical", encoding: "index", classes: 3 }, CLASSES],
])("%j begins at the mean of each value", (likelihood, rows) => {
  const data = marginalsOf(rows);
  const outputs = outputAtMean(likelihood, data);
  expect(outputs.length).toBe(headSize(likelihood, 3));
  const mean = meanAt(likelihood, outputs);
  for (const [column, wanted] of data.mean.entries())
    expect(Math.abs(mean[column]! - wanted)).toBeLessThan(1e-6 * Math.max(1, Math.abs(wanted)));
});

it.each<Likelihood>([
  { type: "poisson", librarySize: "observed" },
  { type: "negative-binomial", librarySize: "observed", dispersion: "shared" },
])("%j begins at the share that each value has of all", (likelihood) => {
  const data = marginalsOf(COUNTS);
  const total = data.mean.reduce((sum, each) => sum + each, 0);
  const mean = meanAt(likelihood, outputAtMean(likelihood, data), [3, 4, 13]);
  for (const [column, each] of data.mean.entries()) expect(mean[column]).toBeCloseTo((20 * each) / total, 6);
});

it.each<Likelihood>([
  { type: "gaussian", scale: "perDimension" },
  { type: "laplace", scale: "perDimension" },
  { type: "student-t", scale: "perDimension", degreesOfFreedom: 5 },
  { type: "gaussian", scale: "shared" },
])("%j begins at the spread of each value", (likelihood) => {
  const data = marginalsOf(REAL);
  const trace = new Trace({ training: false });
  const { parameters } = likelihoodOf(trace.scope("decoder"), input("head", [1, 3]), likelihood, {
    inputShape: [],
  });
  const learned = learnedAtMean(likelihood, data);
  const [spread] = interpret([(parameters.logVariance ?? parameters.logScale)!], {
    head: [0, 0, 0],
    "decoder.log_scale": learned.log_scale!,
  });
  const deviations = Array.from(data.deviation());
  const wanted =
    "scale" in likelihood && likelihood.scale === "shared"
      ? [Math.sqrt(deviations.reduce((sum, each) => sum + each ** 2, 0) / 3)]
      : deviations;
  const logarithms = Array.from(spread!, (each) => (parameters.logVariance ? each / 2 : each));
  for (const [i, each] of wanted.entries()) expect(Math.exp(logarithms[i]!)).toBeCloseTo(each, 6);
});

it("zero-inflated counts begin at the shares of zeros that the data have, where θ is 1", () => {
  const likelihood = {
    type: "zero-inflated-negative-binomial",
    librarySize: "none",
    scale: SCALE,
    dispersion: "shared",
  } as const;
  const inflated = COUNTS.map((row, i) => row.map((value) => (i % 3 === 0 ? 0 : value)));
  const data = marginalsOf(inflated);
  const outputs = outputAtMean(likelihood, data);
  const mean = meanAt(likelihood, outputs);
  for (const column of [1, 2]) {
    const kept = 1 / (1 + Math.exp(outputs[3 + column]!));
    // A negative binomial with θ = 1 is 0 with probability 1/(1 + μ).
    const zeros = 1 - kept + kept / (1 + mean[column]! / kept);
    expect(zeros).toBeCloseTo(data.zeros()[column]!, 6);
  }
});

it("indicators and tables begin at the shares of their classes and the means of their columns", () => {
  const indicators = CLASSES.map((row) =>
    row.slice(0, 2).flatMap((value) => [0, 1, 2].map((k) => (k === value ? 1 : 0))),
  );
  const oneHot: Likelihood = { type: "categorical", encoding: "oneHot", classes: 3 };
  const shares = marginalsOf(indicators);
  const mean = meanAt(oneHot, outputAtMean(oneHot, shares));
  for (const [i, share] of shares.mean.entries()) expect(mean[i]).toBeCloseTo(share, 6);

  const columns: MixedColumn[] = [
    { kind: "categorical", classes: 3 },
    { kind: "real", center: -2, spread: 3 },
    { kind: "count", scale: 2 },
    { kind: "binary" },
    { kind: "categorical", classes: 2 },
  ];
  const rows = CLASSES.map((row, i) => [row[0]!, REAL[i]![0]!, COUNTS[i]![1]!, i % 3 === 0 ? 1 : 0, i % 2]);
  const mixed: Likelihood = { type: "mixed", columns };
  const data = marginalsOf(rows);
  const decoded = meanAt(mixed, outputAtMean(mixed, data));
  for (const [column, wanted] of data.mean.entries()) expect(decoded[column]).toBeCloseTo(wanted, 6);
});

it("stays finite where a value never varies", () => {
  for (const likelihood of [
    { type: "bernoulli" },
    { type: "continuous-bernoulli" },
    { type: "discretized-logistic-mixture", components: 3 },
    { type: "poisson", librarySize: "observed" },
    { type: "zero-inflated-negative-binomial", librarySize: "none", dispersion: "shared" },
    { type: "categorical", encoding: "index", classes: 3 },
  ] as Likelihood[])
    for (const value of [0, 1]) {
      const outputs = outputAtMean(likelihood, marginalsOf(Array.from({ length: 50 }, () => [value, value])));
      expect(outputs.every((each) => Number.isFinite(each) && Math.abs(each) < 50)).toBe(true);
    }
});
