import { describe, expect, it } from "vitest";
import { checkLoss } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import { uniform } from "../../../test/reference/random.ts";
import { feedsOf, parametersOf } from "../../../test/reference/trace.ts";
import * as g from "../../graph/build.ts";
import { Trace } from "../scope.ts";
import { bernoulli } from "./bernoulli.ts";
import { categorical } from "./categorical.ts";
import { mixed, mixedHeadSize } from "./mixed.ts";
import type { MixedColumn } from "./mixed-column.ts";
import { negativeBinomial } from "./negative-binomial.ts";
import { normal } from "./normal.ts";

const COLUMNS: MixedColumn[] = [
  { kind: "categorical", classes: 3 },
  { kind: "real", center: 170, spread: 10 },
  { kind: "count", scale: 4 },
  { kind: "binary" },
  { kind: "categorical", classes: 2 },
  { kind: "real", center: -2, spread: 0.5 },
];
/** Of the head: two reals, a binary, a count, three logits, two logits. */
const OUTPUT = [0.3, -1, 0.7, 0.4, 0.1, 0.5, -0.2, 1, -1];
const ROW = [1, 171, 6, 1, 0, -2.3];

const traceOf = () => {
  const trace = new Trace({ training: true });
  const head = g.input("h", [1, OUTPUT.length]);
  return { trace, head, p: mixed(trace.scope("decoder"), head, { type: "mixed", columns: COLUMNS }) };
};
/** Learned scales and dispersions are 0 at first. */
const feedsFor = (trace: Trace) => ({
  h: OUTPUT,
  ...Object.fromEntries(
    [...trace.parameters.keys()].map((name) => [name, name.includes("real") ? [0, 0] : [0]]),
  ),
});

describe("a mixed distribution", () => {
  it("takes one output a column, and one a class", () => {
    expect(mixedHeadSize(COLUMNS)).toBe(OUTPUT.length);
  });

  it("is the product of its columns' distributions", () => {
    const { trace, p } = traceOf();
    const x = g.constant(ROW, [1, 6]);
    const one = (value: number) => g.constant(value, [1, 1]);
    const softplus = (h: number) => Math.log1p(Math.exp(h));
    // The scale's floor of e⁻⁶ lifts a learned ln σ of 0 by ln(1 + e⁻⁶).
    const lift = Math.log1p(Math.exp(-6));
    const columns = [
      categorical(g.constant([0.1, 0.5, -0.2], [1, 3, 1])),
      normal(one(170 + 10 * 0.3), one(2 * (lift + Math.log(10)))),
      negativeBinomial(one(Math.log(4 * softplus(0.4))), one(0)),
      bernoulli(one(0.7)),
      categorical(g.constant([1, -1], [1, 2, 1])),
      normal(one(-2 - 0.5), one(2 * (lift + Math.log(0.5)))),
    ];
    const expected = columns.map((column, i) => interpret([column.logProb(one(ROW[i]!))], {})[0]![0]!);
    const feeds = feedsFor(trace);
    const [logProb, mean, mode] = interpret([p.logProb(x), p.mean, p.mode], feeds);
    expect(logProb![0]).toBeCloseTo(
      expected.reduce((sum, each) => sum + each),
      10,
    );
    const means = columns.map((column) => interpret([column.mean], {})[0]![0]!);
    expect([...mean!]).toEqual(means.map((each) => expect.closeTo(each, 10)));
    expect([...mode!]).toEqual([1, expect.closeTo(173), 0, 1, 0, expect.closeTo(-2.5)]);
  });

  it("has the gradient that differences give", () => {
    const { trace, head, p } = traceOf();
    const feeds = feedsOf(trace, 3, { h: OUTPUT });
    checkLoss(g.reduceSum(p.logProb(g.constant(ROW, [1, 6]))), [head, ...parametersOf(trace)], feeds);
  });

  it("draws each column as its distribution says", () => {
    const { trace, p } = traceOf();
    const names = Object.keys(p.parameters);
    const values = interpret(Object.values(p.parameters), feedsFor(trace));
    const size = 4000;
    const repeated = names.map((name, i) => {
      const once = Float32Array.from(values[i]!);
      const many = new Float32Array(once.length * size);
      for (let row = 0; row < size; row++) many.set(once, row * once.length);
      return [name, many] as const;
    });
    const draws = p.draw(Object.fromEntries(repeated), uniform(5));
    const [mean] = interpret([p.mean], feedsFor(trace));
    const count = 4 * Math.log1p(Math.exp(0.4));
    const deviations = [0.8, 10, Math.sqrt(count + count ** 2), 0.5, 0.4, 0.5];
    for (const [column, deviation] of deviations.entries()) {
      const own = Array.from({ length: size }, (_, row) => draws[row * 6 + column]!);
      const average = own.reduce((sum, value) => sum + value, 0) / size;
      expect(Math.abs(average - mean![column]!)).toBeLessThan((4 * deviation) / Math.sqrt(size));
    }
  });
});
