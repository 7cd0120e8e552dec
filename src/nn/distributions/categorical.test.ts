import { describe, expect, it } from "vitest";
import { checkGradient } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import * as g from "../../graph/build.ts";
import { categorical, oneHotCategorical } from "./categorical.ts";

/** Two values of three classes: probabilities ½, ⅜, ⅛ and 0.1, 0.2, 0.7. */
const PROBABILITIES = [
  [0.5, 0.375, 0.125],
  [0.1, 0.2, 0.7],
];
const byClass = g.constant(
  [0, 1, 2].flatMap((k) => PROBABILITIES.map((each) => Math.log(each[k]!) + 3)),
  [1, 3, 2],
);
const grouped = g.constant(PROBABILITIES.flat().map(Math.log), [1, 6]);
const of = (x: readonly number[]) => g.constant(x, [1, x.length]);
const numbers = (tensor: ReturnType<typeof g.constant>) => [...interpret([tensor], {})[0]!];
const close = (values: readonly number[]) => values.map((each) => expect.closeTo(each, 12));

describe.each([
  ["indices", categorical(byClass), (a: number, b: number) => [a, b]],
  [
    "groups of indicators",
    oneHotCategorical(grouped, 3),
    (a: number, b: number) => [a, b].flatMap((index) => [0, 1, 2].map((k) => Number(k === index))),
  ],
] as const)("a categorical distribution of %s", (_, p, encode) => {
  it("has the logarithms of the classes' probabilities", () => {
    for (const a of [0, 1, 2])
      for (const b of [0, 1, 2])
        expect(numbers(p.logProb(of(encode(a, b))))).toEqual(
          close([Math.log(PROBABILITIES[0]![a]! * PROBABILITIES[1]![b]!)]),
        );
  });

  it("has its mode, and draws each class over a part of [0, 1) as long as its probability", () => {
    expect(numbers(p.mode)).toEqual(encode(0, 2));
    const drawn = (u: number, v: number) => numbers(p.sample(of([u, v])));
    expect(p.noise).toEqual({ distribution: "uniform", shape: [1, 2] });
    expect(drawn(0, 0.05)).toEqual(encode(0, 0));
    expect(drawn(0.49, 0.15)).toEqual(encode(0, 1));
    expect(drawn(0.51, 0.29)).toEqual(encode(1, 1));
    expect(drawn(0.87, 0.31)).toEqual(encode(1, 2));
    expect(drawn(0.88, 0.999)).toEqual(encode(2, 2));
  });
});

it("the mean is the expected index, or the probability of each class", () => {
  expect(numbers(categorical(byClass).mean)).toEqual(close([0.375 + 2 * 0.125, 0.2 + 1.4]));
  expect(numbers(oneHotCategorical(grouped, 3).mean)).toEqual(close(PROBABILITIES.flat()));
});

it("x broadcasts against several rows of logits", () => {
  const logits = g.constant([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 2, 3, 2]);
  const both = numbers(categorical(logits).logProb(g.constant([0, 2], [1, 1, 2])));
  // All steps between logits are 2: the smallest and the largest of three.
  const normalizer = Math.log(1 + Math.exp(2) + Math.exp(4));
  expect(both).toEqual(close([4 - 2 * normalizer, 4 - 2 * normalizer]));
});

it.each([
  ["indices", (logits: Parameters<typeof categorical>[0]) => categorical(g.reshape(logits, [4, 3, 2]))],
  ["indicators", (logits: Parameters<typeof categorical>[0]) => oneHotCategorical(logits, 3)],
] as const)("has the gradient that differences give, with %s", (kind, make) => {
  const x =
    kind === "indices"
      ? g.constant([0, 1, 2, 2, 1, 0, 2, 1], [4, 2])
      : g.constant(
          Array.from({ length: 24 }, (_, i) => Number(i % 3 === (i >> 3) % 3)),
          [4, 6],
        );
  checkGradient(([logits]) => g.reduceSum(make(logits!).logProb(x)), [{ shape: [4, 6] }]);
});
