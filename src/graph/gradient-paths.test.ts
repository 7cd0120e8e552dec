import { describe, expect, test } from "vitest";
import { checkGradient, checkLoss } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { project } from "../../test/reference/project.ts";
import { signed } from "../../test/reference/random.ts";
import * as g from "./build.ts";
import { gradient } from "./gradient.ts";
import { type Shape, ShapeError, type Tensor, topologicalOrder } from "./node.ts";

function valuesOf(tensors: readonly Tensor[], feeds: Record<string, number[]> = {}): number[][] {
  return interpret(tensors, feeds).map((values) => Array.from(values));
}

const FIRST_DERIVATIVE_TOLERANCE = 1e-7;

describe("conventions at points without a derivative", () => {
  const slopeAt = (build: (x: Tensor) => Tensor, values: number[], shape: Shape = [values.length]) => {
    const x = g.input("x", shape);
    return valuesOf(gradient(g.reduceSum(build(x)), [x]), { x: values })[0];
  };

  test("the maximum of equals shares in equal parts", () => {
    expect(slopeAt((x) => g.reduceMax(x), [1, 3, 3, 2])).toEqual([0, 0.5, 0.5, 0]);
    expect(slopeAt((x) => g.reduceMax(x, [1]), [4, 4, 4, 1, 5, 2], [2, 3])).toEqual([
      1 / 3,
      1 / 3,
      1 / 3,
      0,
      1,
      0,
    ]);
  });
  test("Max and Min of equals give all to the first", () => {
    const [x, y] = [g.input("x", [1]), g.input("y", [1])];
    for (const choose of [g.max, g.min])
      expect(valuesOf(gradient(g.reduceSum(choose(x, y)), [x, y]), { x: [2], y: [2] })).toEqual([[1], [0]]);
  });
  test("rectifiers at 0 have the derivative from the left, the absolute value has 0", () => {
    expect(slopeAt(g.relu, [0])).toEqual([0]);
    expect(slopeAt((x) => g.leakyRelu(x, 0.1), [0])).toEqual([0.1]);
    expect(slopeAt((x) => g.elu(x, 0.5), [0])).toEqual([0.5]);
    expect(slopeAt(g.abs, [0])).toEqual([0]);
  });
  test("saturated functions have finite derivatives", () => {
    for (const build of [g.sigmoid, g.tanh, g.softplus, g.elu, g.erf])
      for (const slope of slopeAt(build, [-800, 800])!) expect([0, 1]).toContain(slope);
  });
});

describe("paths", () => {
  test("a tensor used several times gathers all its derivatives", () => {
    checkGradient(
      ([x, y]) => {
        const shared = g.tanh(g.mul(x!, y!));
        const twice = g.mul(shared, shared);
        return project(g.add(g.add(twice, g.exp(shared)), g.mul(x!, g.add(x!, shared))));
      },
      [{ shape: [2, 3] }, { shape: [3] }],
      { tolerance: FIRST_DERIVATIVE_TOLERANCE },
    );
  });

  test("a diamond of 60 levels is walked once a node, not once a path", () => {
    const x = g.input("x", []);
    let y = x;
    for (let level = 0; level < 60; level++) y = g.add(y, y);
    expect(valuesOf(gradient(y, [x]), { x: [1] })).toEqual([[2 ** 60]]);
  });

  test("20,000 nodes in a row do not exhaust the stack", () => {
    const x = g.input("x", []);
    let y = x;
    for (let length = 0; length < 20_000; length++) y = g.neg(y);
    expect(valuesOf(gradient(y, [x]), { x: [1] })).toEqual([[1]]);
  });

  test("by an intermediate node as if it were an input", () => {
    const [x, w] = [g.input("x", [2, 3]), g.input("w", [3, 2])];
    const head = (hidden: Tensor) => project(g.mul(g.sin(hidden), g.exp(hidden)));
    const hidden = g.tanh(g.gemm(x, w));
    const feeds = { x: signed(6, 1), w: signed(6, 2) };
    const [byHidden, byWeights] = valuesOf(gradient(head(hidden), [hidden, w]), feeds);

    const fed = g.input("hidden", [2, 2]);
    const fedValues = { hidden: valuesOf([hidden], feeds)[0]! };
    expect(byHidden).toEqual(valuesOf(gradient(head(fed), [fed]), fedValues)[0]);
    checkLoss(head(fed), [fed], fedValues, { tolerance: FIRST_DERIVATIVE_TOLERANCE });
    expect(byWeights).toEqual(valuesOf(gradient(head(hidden), [w]), feeds)[0]);
  });

  test("by the loss itself is 1", () => {
    const loss = g.reduceSum(g.input("x", [3]));
    expect(valuesOf(gradient(loss, [loss]))).toEqual([[1]]);
  });

  test("nothing flows through StopGradient", () => {
    const x = g.input("x", [2]);
    const loss = g.reduceSum(g.mul(x, g.stopGradient(g.mul(x, x))));
    expect(valuesOf(gradient(loss, [x]), { x: [2, -3] })).toEqual([[4, 9]]);
  });

  test("nothing flows through whole numbers, conditions and signs", () => {
    const x = g.input("x", [2]);
    for (const flat of [
      g.cast(g.cast(x, "int64"), "float32"),
      g.cast(g.less(x, 0), "float32"),
      g.sign(x),
      g.where(g.greaterOrEqual(x, 1), 5, 6),
    ])
      expect(valuesOf(gradient(project(flat), [x]), { x: [0.3, 1.2] })).toEqual([[0, 0]]);
  });

  test("what the loss does not depend on has zeros of its own shape", () => {
    const [x, y] = [g.input("x", [2]), g.input("y", [3, 2])];
    const [, byY] = gradient(g.reduceSum(x), [x, y]);
    expect(byY!.shape).toEqual([3, 2]);
    expect(valuesOf([byY!])).toEqual([[0, 0, 0, 0, 0, 0]]);
  });

  test("derivatives that were not asked for are not computed", () => {
    const [x, w] = [g.input("x", [4, 3]), g.input("w", [3, 2])];
    const count = (variables: Tensor[]) =>
      topologicalOrder(gradient(g.reduceSum(g.gemm(x, w)), variables)).filter(
        ({ operator }) => operator === "Gemm",
      ).length;
    expect(count([w])).toBe(1);
    expect(count([x, w])).toBe(2);
  });
});

describe("what cannot be differentiated", () => {
  test("a loss that is not a scalar", () => {
    const x = g.input("x", [2, 3]);
    expect(() => gradient(x, [x])).toThrow(ShapeError);
    expect(() => gradient(x, [x])).toThrow(
      "the gradient of a tensor of shape [2, 3] was asked for: sum it to a scalar",
    );
  });
  test("a loss or a variable that is not float32", () => {
    const [x, n] = [g.input("x", []), g.input("n", [], "int64")];
    const message = "int64 tensors have no gradient: cast them to float32";
    expect(() => gradient(g.cast(x, "int64"), [x])).toThrow(message);
    expect(() => gradient(g.cast(n, "float32"), [n])).toThrow(message);
  });
});
