import { describe, expect, test } from "vitest";
import * as g from "./build.ts";
import type { Shape, Tensor } from "./node.ts";
import { broadcastShapes } from "./operators.ts";

const float = (...shape: number[]) => g.input("x", shape);
const whole = (...shape: number[]) => g.input("n", shape, "int64");
const truth = (...shape: number[]) => g.input("t", shape, "bool");

describe("shapes and types of results", () => {
  test.each<[string, Tensor, Shape, string]>([
    ["an input", whole(2, 3), [2, 3], "int64"],
    ["a number", g.constant(1.5), [], "float32"],
    ["a list", g.constant([1, 2, 3]), [3], "float32"],
    ["a filled constant", g.constant(0, [2, 2], "int64"), [2, 2], "int64"],
    ["StopGradient", g.stopGradient(truth(2)), [2], "bool"],
    ["Tanh", g.tanh(float(2, 3)), [2, 3], "float32"],
    ["Not", g.not(truth(2)), [2], "bool"],
    ["Cast", g.cast(float(2), "bool"), [2], "bool"],
    ["Add of a row", g.add(float(2, 3), float(3)), [2, 3], "float32"],
    ["Add of a column and a row", g.add(float(2, 1), float(1, 3)), [2, 3], "float32"],
    ["Mul of whole numbers", g.mul(whole(2), whole(2)), [2], "int64"],
    ["Less", g.less(whole(2, 1), whole(3)), [2, 3], "bool"],
    ["Where", g.where(truth(2, 1), float(3), float()), [2, 3], "float32"],
    ["Where of whole numbers", g.where(truth(2), whole(2), whole(2)), [2], "int64"],
    ["Gemm", g.gemm(float(2, 3), float(3, 4), float(4)), [2, 4], "float32"],
    ["Gemm of Aᵀ", g.gemm(float(3, 2), float(3, 4), undefined, { transA: true }), [2, 4], "float32"],
    ["Gemm of Bᵀ", g.gemm(float(2, 3), float(4, 3), undefined, { transB: true }), [2, 4], "float32"],
    ["MatMul", g.matmul(float(5, 1, 2, 3), float(6, 3, 4)), [5, 6, 2, 4], "float32"],
    ["ReduceSum over all", g.reduceSum(float(2, 3)), [], "float32"],
    ["ReduceMean keeping", g.reduceMean(float(2, 3), [1], true), [2, 1], "float32"],
    ["ReduceMax", g.reduceMax(float(2, 3, 4), [2, 0]), [3], "float32"],
    ["Softmax", g.softmax(float(2, 3)), [2, 3], "float32"],
    ["LogSoftmax", g.logSoftmax(float(2, 3), 0), [2, 3], "float32"],
    ["Reshape", g.reshape(whole(2, 3), [3, 2]), [3, 2], "int64"],
    ["Expand", g.expand(float(2, 1), [4, 2, 3]), [4, 2, 3], "float32"],
    ["Transpose", g.transpose(float(2, 3, 4), [2, 0, 1]), [4, 2, 3], "float32"],
    ["Concat", g.concat([float(2, 3), float(2, 1)], 1), [2, 4], "float32"],
    ["Slice", g.slice(float(2, 5), 1, 1, 4), [2, 3], "float32"],
    ["Pad", g.pad(float(2, 3), 0, 1, 2), [5, 3], "float32"],
    ["Gather", g.gather(float(5, 2, 3), whole(4, 7), 1), [5, 4, 7, 3], "float32"],
    ["Gather of one", g.gather(float(5, 2), whole()), [2], "float32"],
    ["ScatterAdd", g.scatterAdd(float(5, 2), whole(3), float(3, 2)), [5, 2], "float32"],
  ])("%s", (_, tensor, shape, type) => {
    expect(tensor.shape).toEqual(shape);
    expect(tensor.type).toBe(type);
  });

  test("broadcasting any number of shapes", () => {
    expect(broadcastShapes([2, 1], [3], [1, 1, 1])).toEqual([1, 2, 3]);
    expect(broadcastShapes([], [])).toEqual([]);
  });
});
