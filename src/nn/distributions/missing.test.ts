import { describe, expect, it } from "vitest";
import { interpret } from "../../../test/reference/interpret.ts";
import { signed } from "../../../test/reference/random.ts";
import { input, reduceSum } from "../../graph/build.ts";
import { gradient } from "../../graph/gradient.ts";
import { Trace } from "../scope.ts";
import { headSize, LIKELIHOODS, type Likelihood, likelihoodOf, ruleOf } from "./likelihood.ts";
import type { MixedColumn } from "./mixed-column.ts";

const VALUES = 4;
/** In the support of every likelihood with reals, unit values, counts or classes. */
const X = [1, 0, 1, 1];

const COLUMNS: MixedColumn[] = [
  { kind: "real", center: 0.5, spread: 2 },
  { kind: "binary" },
  { kind: "categorical", classes: 3 },
  { kind: "count", scale: 2 },
];

function likelihoodNamed(type: (typeof LIKELIHOODS)[number]): Likelihood {
  if (type === "mixed") return { type, columns: COLUMNS };
  const defaults = Object.fromEntries(
    Object.entries(ruleOf({ type }).settings as Record<string, { parse(value: undefined): unknown }>).map(
      ([name, schema]) => [name, schema.parse(undefined)],
    ),
  );
  return ruleOf({ type }).make({ ...defaults, ...(type === "categorical" && { classes: 3 }) });
}

describe.each(LIKELIHOODS)("missing values under %s", (type) => {
  const likelihood = likelihoodNamed(type);
  const usesRow = "librarySize" in likelihood && likelihood.librarySize === "observed";
  const width = headSize(likelihood, VALUES);
  const trace = new Trace({ training: false });
  const output = input("output", [2, width]);
  const [x, mask] = [input("x", [2, VALUES]), input("mask", [2, VALUES])];
  const scope = trace.scope("likelihood");
  const p = likelihoodOf(scope, output, likelihood, { inputShape: [VALUES], observed: x, mask });
  const logProb = p.logProb(x, mask);
  const own = Object.fromEntries(
    [...trace.parameters.values(), ...trace.states.values()].map(({ spec: { name, shape } }) => [
      name,
      Array(shape.reduce((product, each) => product * each, 1)).fill(0.4),
    ]),
  );
  const at = (rows: number[], masks: number[]) => ({
    output: Float64Array.from({ length: 2 * width }, (_, i) => signed(width, 3, 0.1, 0.9)[i % width]!),
    x: rows,
    mask: masks,
    ...own,
  });
  const logProbs = (rows: number[], masks: number[]) => interpret([logProb], at(rows, masks))[0]!;

  it("count nothing: parts of a row add up to the whole, in float64", () => {
    const whole = interpret(
      [likelihoodOf(scope, output, likelihood, { inputShape: [VALUES], observed: x }).logProb(x)],
      at([...X, ...X], []),
    )[0]!;
    const [first, second] = logProbs([...X, ...X], [1, 1, 0, 0, 0, 0, 1, 1]);
    const [all, none] = logProbs([...X, ...X], [1, 1, 1, 1, 0, 0, 0, 0]);
    expect(all).toBeCloseTo(whole[0]!, 10);
    expect(Math.abs(none!)).toBeLessThan(1e-12);
    if (!usesRow) expect(first! + second!).toBeCloseTo(whole[0]!, 10);
  });

  it("give no gradient, and what stands in their place does not matter", () => {
    const masks = [1, 0, 1, 0, 0, 0, 0, 0];
    const slopes = gradient(reduceSum(logProb), [output])[0]!;
    const [found] = interpret([slopes], at([...X, ...X], masks));
    expect(found!.subarray(0, width).some((each) => each !== 0)).toBe(true);
    expect(found!.subarray(width).every((each) => each === 0)).toBe(true);
    const [filled] = logProbs([1, 1, 1, 0, ...X], masks);
    expect(filled).toBeCloseTo(logProbs([...X, ...X], masks)[0]!, 10);
  });
});

describe("the library size of a row with missing counts", () => {
  it("is that of the whole row, of which the observed counts are their share", () => {
    const likelihood = { type: "poisson", librarySize: "observed", scale: 7 } as const;
    const trace = new Trace({ training: false });
    const output = input("output", [2, 3]);
    const [x, mask] = [input("x", [2, 3]), input("mask", [2, 3])];
    const { mean } = likelihoodOf(trace.scope("likelihood"), output, likelihood, {
      inputShape: [3],
      observed: x,
      mask,
    });
    const logits = [Math.log(2), Math.log(3), Math.log(5)];
    const [means] = interpret([mean], {
      output: [...logits, ...logits],
      x: [6, 14, 99, 0, 0, 0],
      mask: [1, 1, 0, 0, 0, 0],
    });
    // 20 counts in a share of ½; without any counts, the usual library.
    const expected = [8, 12, 20, 1.4, 2.1, 3.5];
    for (const [i, value] of expected.entries()) expect(means![i]).toBeCloseTo(value, 10);
  });
});
