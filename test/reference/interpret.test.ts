import { describe, expect, test } from "vitest";
import * as g from "../../src/graph/build.ts";
import type { Tensor } from "../../src/graph/node.ts";
import { interpret } from "./interpret.ts";

function valuesOf(tensor: Tensor, feeds: Record<string, number[]> = {}): number[] {
  return Array.from(interpret([tensor], feeds)[0]!);
}

const vector = (...values: number[]) => g.constant(values);
const matrix = (...rows: number[][]) => g.constant(rows.flat(), [rows.length, rows[0]!.length]);
const indices = (...values: number[]) => g.constant(values, [values.length], "int64");

describe("published values", () => {
  test("erf (Abramowitz & Stegun, table 7.1)", () => {
    const [atHalf, at1, at2, atMinus1] = valuesOf(g.erf(vector(0.5, 1, 2, -1)));
    expect(atHalf).toBeCloseTo(0.5204998778, 10);
    expect(at1).toBeCloseTo(0.8427007929, 10);
    expect(at2).toBeCloseTo(0.995322265, 10);
    expect(atMinus1).toBe(-at1!);
    expect(valuesOf(g.erf(vector(0, 7, -40)))).toEqual([0, 1, -1]);
  });

  test("erf 3 = 0.9999779095030014 to the last digits", () => {
    expect(Math.abs(valuesOf(g.erf(vector(3)))[0]! - 0.9999779095030014)).toBeLessThan(1e-15);
  });

  test("Elu (ONNX backend test example, alpha 2)", () => {
    const [a, b, c] = valuesOf(g.elu(vector(-1, 0, 1), 2));
    expect(a).toBeCloseTo(-1.2642411, 7);
    expect([b, c]).toEqual([0, 1]);
  });

  test("HardSigmoid (ONNX backend test example, alpha 0.5, beta 0.6)", () => {
    const found = valuesOf(g.hardSigmoid(vector(-1, 0, 1), 0.5, 0.6));
    [0.1, 0.6, 1].forEach((expected, index) => {
      expect(found[index]).toBeCloseTo(expected, 12);
    });
  });

  test("Softmax (ONNX backend test example)", () => {
    const found = valuesOf(g.softmax(matrix([-1, 0, 1])));
    [0.09003057, 0.24472847, 0.66524096].forEach((expected, index) => {
      expect(found[index]).toBeCloseTo(expected, 8);
    });
  });
});

describe("without overflow", () => {
  test("Softplus", () => {
    expect(valuesOf(g.softplus(vector(-1000, 0, 1000)))).toEqual([0, Math.LN2, 1000]);
  });
  test("Sigmoid", () => {
    expect(valuesOf(g.sigmoid(vector(-1000, 0, 1000)))).toEqual([0, 0.5, 1]);
  });
  test("LogSoftmax along each axis", () => {
    const x = matrix([1000, 1000], [-1000, 1000]);
    expect(valuesOf(g.logSoftmax(x, 0))).toEqual([0, -Math.LN2, -2000, -Math.LN2]);
    expect(valuesOf(g.logSoftmax(x, 1))).toEqual([-Math.LN2, -Math.LN2, -2000, 0]);
  });
});

describe("broadcasting", () => {
  test("a column and a row make a table", () => {
    expect(valuesOf(g.sub(matrix([10], [20]), vector(1, 2, 3)))).toEqual([9, 8, 7, 19, 18, 17]);
  });
  test("three operands at once", () => {
    const condition = g.less(matrix([1], [5]), 3);
    expect(valuesOf(g.where(condition, vector(1, 2), 0))).toEqual([1, 2, 0, 0]);
  });
  test("Expand repeats along new and unit axes", () => {
    expect(valuesOf(g.expand(matrix([1], [2]), [2, 2, 2]))).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  });
});

describe("products", () => {
  const a = matrix([1, 2, 3], [4, 5, 6]);
  const b = matrix([1, 0], [2, 1], [0, 3]);
  const aTransposed = matrix([1, 4], [2, 5], [3, 6]);
  const bTransposed = matrix([1, 2, 0], [0, 1, 3]);
  const product = [5, 11, 14, 23];

  test.each([
    [a, b, false, false],
    [aTransposed, b, true, false],
    [a, bTransposed, false, true],
    [aTransposed, bTransposed, true, true],
  ])("Gemm %#", (left, right, transA, transB) => {
    expect(valuesOf(g.gemm(left, right, undefined, { transA, transB }))).toEqual(product);
    expect(valuesOf(g.gemm(left, right, vector(100, 200), { transA, transB }))).toEqual([105, 211, 114, 223]);
  });
  test("Gemm adds a column to every column", () => {
    expect(valuesOf(g.gemm(a, b, matrix([100], [200])))).toEqual([105, 111, 214, 223]);
  });
  test("MatMul broadcasts the axes before the last two", () => {
    const stack = g.constant([1, 0, 0, 1, 0, 1, 1, 0], [2, 2, 2]);
    expect(valuesOf(g.matmul(stack, matrix([1, 2], [3, 4])))).toEqual([1, 2, 3, 4, 3, 4, 1, 2]);
    expect(valuesOf(g.matmul(matrix([1, 2]), stack))).toEqual([1, 2, 2, 1]);
  });
});

describe("reductions", () => {
  const x = g.constant([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
  test("over chosen axes", () => {
    expect(valuesOf(g.reduceSum(x, [0]))).toEqual([6, 8, 10, 12]);
    expect(valuesOf(g.reduceSum(x, [1], true))).toEqual([4, 6, 12, 14]);
    expect(valuesOf(g.reduceMean(x, [0, 2]))).toEqual([3.5, 5.5]);
    expect(valuesOf(g.reduceMax(g.neg(x), [1, 2]))).toEqual([-1, -5]);
  });
  test("over all axes and over none", () => {
    expect(valuesOf(g.reduceSum(x))).toEqual([36]);
    expect(valuesOf(g.reduceMean(x, []))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe("moving elements", () => {
  const x = g.constant([0, 1, 2, 3, 4, 5], [1, 2, 3]);
  test("Transpose", () => {
    expect(valuesOf(g.transpose(x, [2, 0, 1]))).toEqual([0, 3, 1, 4, 2, 5]);
  });
  test("Concat", () => {
    const table = matrix([1, 2], [3, 4]);
    expect(valuesOf(g.concat([table, matrix([9], [8])], 1))).toEqual([1, 2, 9, 3, 4, 8]);
    expect(valuesOf(g.concat([table, matrix([9, 8])], 0))).toEqual([1, 2, 3, 4, 9, 8]);
  });
  test("Slice", () => {
    expect(valuesOf(g.slice(x, 2, 1, 3))).toEqual([1, 2, 4, 5]);
    expect(valuesOf(g.slice(x, 1, 1, 2))).toEqual([3, 4, 5]);
  });
  test("Pad", () => {
    expect(valuesOf(g.pad(x, 2, 1, 0))).toEqual([0, 0, 1, 2, 0, 3, 4, 5]);
    expect(valuesOf(g.pad(x, 1, 0, 1))).toEqual([0, 1, 2, 3, 4, 5, 0, 0, 0]);
  });
  test("Gather (ONNX specification's examples)", () => {
    const rows = matrix([1, 1.2], [2.3, 3.4], [4.5, 5.7]);
    const picks = g.constant([0, 1, 1, 2], [2, 2], "int64");
    expect(valuesOf(g.gather(rows, picks))).toEqual([1, 1.2, 2.3, 3.4, 2.3, 3.4, 4.5, 5.7]);
    const wide = matrix([1, 1.2, 1.9], [2.3, 3.4, 3.9], [4.5, 5.7, 5.9]);
    expect(valuesOf(g.gather(wide, indices(0, 2), 1))).toEqual([1, 1.9, 2.3, 3.9, 4.5, 5.9]);
    expect(valuesOf(g.gather(rows, indices(-1)))).toEqual([4.5, 5.7]);
    expect(() => valuesOf(g.gather(rows, indices(3)))).toThrow("index 3 is outside an axis of length 3");
  });
  test("ScatterAdd adds repeated indices up", () => {
    const data = matrix([1, 2, 3], [4, 5, 6]);
    const updates = matrix([10, 20, 30], [40, 50, 60]);
    expect(valuesOf(g.scatterAdd(data, indices(2, 0, 2), updates, 1))).toEqual([21, 2, 43, 54, 5, 106]);
  });
});

describe("types", () => {
  test("Cast truncates towards zero and takes what is not zero for true", () => {
    expect(valuesOf(g.cast(vector(-1.7, 0, 1.7), "int64"))).toEqual([-1, 0, 1]);
    expect(valuesOf(g.cast(vector(-1.7, 0, 1.7), "bool"))).toEqual([1, 0, 1]);
  });
  test("division of whole numbers truncates", () => {
    expect(valuesOf(g.div(indices(7, -7), 2))).toEqual([3, -3]);
  });
  test("comparisons and logic", () => {
    const [low, high] = [g.lessOrEqual(vector(1, 2, 3), 2), g.greaterOrEqual(vector(1, 2, 3), 2)];
    expect(valuesOf(low)).toEqual([1, 1, 0]);
    expect(valuesOf(g.and(low, high))).toEqual([0, 1, 0]);
    expect(valuesOf(g.or(low, high))).toEqual([1, 1, 1]);
    expect(valuesOf(g.not(high))).toEqual([1, 0, 0]);
    expect(valuesOf(g.greater(vector(1, 2, 3), 2))).toEqual([0, 0, 1]);
    expect(valuesOf(g.equal(vector(1, 2, 3), 2))).toEqual([0, 1, 0]);
  });
});

test("a graph gives its outputs by name", () => {
  const x = g.input("x", [2]);
  const found = interpret({ outputs: { twice: g.mul(x, 2), same: x } }, { x: [1, 2] });
  expect(found).toEqual({ twice: Float64Array.of(2, 4), same: Float64Array.of(1, 2) });
});

test("an input needs as many values as its shape", () => {
  const x = g.input("x", [2]);
  expect(() => interpret([x], {})).toThrow("input x was fed no values: shape [2] needs 2");
  expect(() => interpret([x], { x: [1, 2, 3] })).toThrow("input x was fed 3 values: shape [2] needs 2");
});
