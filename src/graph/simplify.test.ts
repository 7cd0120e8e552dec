import { describe, expect, test } from "vitest";
import { expression } from "../../test/reference/expression.ts";
import { checkLoss } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { signed } from "../../test/reference/random.ts";
import * as g from "./build.ts";
import { gradient } from "./gradient.ts";
import { type OperatorName, type Shape, sizeOf, type Tensor, topologicalOrder } from "./node.ts";
import { print } from "./print.ts";
import { simplify } from "./rewrite.ts";

const x = g.input("x", [2, 3]);
const y = g.input("y", [2, 3]);
const filled = (value: number, shape: Shape = [2, 3]) => g.constant(value, shape);

describe("common subexpressions", () => {
  test("become one node", () => {
    const twice = g.add(g.exp(g.input("x", [2])), g.exp(g.input("x", [2])));
    expect(print(simplify({ outputs: { twice } }))).toBe(
      [
        '%0: float32[2] = Input() {"name":"x"}',
        "%1: float32[2] = Exp(%0)",
        "%2: float32[2] = Add(%1, %1)",
        "return twice = %2",
        "",
      ].join("\n"),
    );
  });
  test("are shared between outputs, also when only rewriting makes them equal", () => {
    const { first, second } = simplify({
      outputs: { first: g.exp(g.sub(x, y)), second: g.exp(g.add(g.neg(y), g.mul(x, 1))) },
    }).outputs;
    expect(first).toBe(second);
  });
  test("differ by attribute, order of operands, shape or value", () => {
    const results = [
      g.elu(x),
      g.elu(x, 2),
      g.sub(x, y),
      g.sub(y, x),
      filled(2),
      filled(2, [3]),
      g.constant(2, [3], "int64"),
      ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map((value) => g.constant(value)),
    ];
    const { outputs } = simplify({ outputs: Object.fromEntries(results.entries()) });
    expect(new Set(Object.values(outputs)).size).toBe(results.length);
  });
});

describe("sums of products", () => {
  const one = g.input("one", [2, 1, 3]);
  const many = g.input("many", [2, 4, 3]);
  const operators = (tensor: Tensor) =>
    topologicalOrder([simplify({ outputs: { tensor } }).outputs.tensor!]).map(({ operator }) => operator);

  test("over the last axis, of a row with many rows, become products of matrices", () => {
    for (const product of [g.mul(one, many), g.mul(many, one)]) {
      expect(operators(g.reduceSum(product, [-1]))).toEqual(expect.arrayContaining(["MatMul", "Reshape"]));
      expect(operators(g.reduceSum(product, [-1]))).not.toContain("Mul");
    }
  });
  test("stay as they are over other axes, between equals and for other shapes", () => {
    const alone = g.input("alone", [1, 1, 3]);
    const sums = [
      g.reduceSum(g.mul(one, many), [1]),
      g.reduceSum(g.mul(many, many), [-1]),
      g.reduceSum(g.mul(one, one), [-1]),
      g.reduceSum(g.mul(alone, many), [-1]),
    ];
    for (const sum of sums) expect(operators(sum)).not.toContain("MatMul");
  });
  test.each([
    [false, [2, 4]],
    [true, [2, 4, 1]],
  ])("have the values and the shape that they had (dimensions kept: %s)", (keep, shape) => {
    const sum = g.reduceSum(g.mul(one, many), [-1], keep);
    expect(simplify({ outputs: { sum } }).outputs.sum!.shape).toEqual(shape);
    const feeds = { one: signed(6, 1), many: signed(24, 2) };
    const expected = Array.from({ length: 8 }, (_, row) =>
      [0, 1, 2].reduce((total, i) => total + feeds.one[3 * (row >> 2) + i]! * feeds.many[3 * row + i]!, 0),
    );
    const found = interpret(simplify({ outputs: { sum } }), feeds).sum!;
    for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 12);
  });
});

describe("outputs", () => {
  test("keep their names and order; nodes that none of them needs are removed", () => {
    const [unused, used] = g.split(g.concat([g.exp(x), y], 1), 1, [3, 3]);
    const graph = simplify({ outputs: { b: used!, a: g.add(used!, 0), c: x } });
    expect(Object.keys(graph.outputs)).toEqual(["b", "a", "c"]);
    expect(topologicalOrder(Object.values(graph.outputs))).toEqual([y, x]);
    expect(unused!.operator).toBe("Slice");
  });
  test("20,000 nodes in a row do not exhaust the stack", () => {
    let deep: Tensor = x;
    for (let length = 0; length < 10_000; length++) deep = g.neg(g.mul(deep, 1));
    expect(simplify({ outputs: { deep } }).outputs.deep).toBe(x);
  });
});

function simplifiedGradient(loss: Tensor, variables: readonly Tensor[]): Tensor[] {
  const derivatives = gradient(loss, variables);
  return Object.values(simplify({ outputs: Object.fromEntries(derivatives.entries()) }).outputs);
}

function countOperators(tensors: readonly Tensor[]): Partial<Record<OperatorName, number>> {
  const counts: Partial<Record<OperatorName, number>> = {};
  for (const { operator } of topologicalOrder(tensors)) counts[operator] = (counts[operator] ?? 0) + 1;
  return counts;
}

describe("gradients read as a human would write them", () => {
  const logits = g.input("l", [2, 3]);
  const derivative = (loss: Tensor, variable = logits) =>
    expression(simplifiedGradient(loss, [variable])[0]!);

  test("binary cross-entropy by the logits", () => {
    const loss = g.reduceSum(g.sub(g.softplus(logits), g.mul(x, logits)));
    expect(derivative(loss)).toBe("Sub(Sigmoid(l), x)");
  });
  test("log-probabilities of a softmax by the logits", () => {
    const probabilities = 'Exp(LogSoftmax(l {"axis":1}))';
    expect(derivative(g.reduceSum(g.mul(x, g.logSoftmax(logits))))).toBe(
      `Sub(x, Mul(${probabilities}, ReduceSum(x {"axes":[1],"keepDimensions":true})))`,
    );
  });
  test("a dense layer", () => {
    const weights = g.input("w", [3, 4]);
    const bias = g.input("b", [4]);
    const loss = g.reduceSum(g.mul(g.gemm(x, weights, bias), g.input("d", [2, 4])));
    expect(derivative(loss, weights)).toBe('Gemm(x, d {"transA":true,"transB":false})');
    expect(derivative(loss, bias)).toBe('ReduceSum(d {"axes":[0],"keepDimensions":false})');
    expect(derivative(loss, x)).toBe('Gemm(d, w {"transA":false,"transB":true})');
  });
  test("a rectifier", () => {
    const loss = g.reduceSum(g.mul(g.elu(logits), x));
    expect(derivative(loss)).toBe('Mul(x, HardSigmoid(Elu(l {"alpha":1}) {"alpha":1,"beta":1}))');
  });
});

describe("the gradient of a Bernoulli VAE with two dense layers on each side", () => {
  const images = g.input("images", [4, 6]);
  const noise = g.input("noise", [4, 2]);
  const shapes: Shape[] = [[6, 5], [5], [5, 4], [4], [2, 5], [5], [5, 6], [6]];
  const parameters = shapes.map((shape, index) => g.input(`p${index}`, shape));
  const dense = (input: Tensor, layer: number) =>
    g.gemm(input, parameters[2 * layer]!, parameters[2 * layer + 1]!);

  const [mean, logVariance] = g.split(dense(g.elu(dense(images, 0)), 1), 1, [2, 2]) as [Tensor, Tensor];
  const latent = g.add(mean, g.mul(g.exp(g.mul(logVariance, 0.5)), noise));
  const logits = dense(g.elu(dense(latent, 2)), 3);
  const reconstruction = g.reduceSum(g.sub(g.mul(images, logits), g.softplus(logits)), [1]);
  const spread = g.sub(g.sub(g.add(logVariance, 1), g.mul(mean, mean)), g.exp(logVariance));
  const kl = g.mul(g.reduceSum(spread, [1]), -0.5);
  const loss = g.reduceMean(g.sub(kl, reconstruction));

  test("agrees with central differences", () => {
    const inputs = [images, noise, ...parameters] as Tensor<"Input">[];
    const feeds = inputs.map(({ attributes: { name }, shape }, index) => [
      name,
      signed(sizeOf(shape), index),
    ]);
    checkLoss(loss, inputs, Object.fromEntries(feeds), { tolerance: 1e-7 });
  });

  const counts = countOperators([loss, ...simplifiedGradient(loss, parameters)]);
  test("moves no elements but the two halves of the code", () => {
    expect(counts).not.toHaveProperty("Transpose");
    expect(counts).not.toHaveProperty("Expand");
    expect(counts).not.toHaveProperty("Reshape");
    expect(counts).not.toHaveProperty("Pad");
    expect(counts).toMatchObject({ Slice: 2, Concat: 1 });
  });
  test("multiplies three times per layer, except the first, whose input needs no derivative", () => {
    expect(counts.Gemm).toBe(3 * 4 - 1);
    expect(countOperators([loss, ...simplifiedGradient(loss, [...parameters, images])]).Gemm).toBe(3 * 4);
  });
});
