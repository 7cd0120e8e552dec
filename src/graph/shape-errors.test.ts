import { describe, expect, test } from "vitest";
import * as g from "./build.ts";
import { type ElementType, type OperatorName, ShapeError, type Tensor } from "./node.ts";

const float = (...shape: number[]) => g.input("x", shape);
const whole = (...shape: number[]) => g.input("n", shape, "int64");
const truth = (...shape: number[]) => g.input("t", shape, "bool");

describe("ShapeError says what was seen", () => {
  const failures: Record<string, [build: () => Tensor, message: string]> = {
    "an empty dimension": [() => float(2, 0), "Input: dimension 0 is not a positive integer"],
    "half a dimension": [() => g.constant(1, [2.5]), "Constant: dimension 2.5 is not a positive integer"],
    "too few values": [
      () => g.constant([1, 2, 3], [2, 2]),
      "Constant: 3 values were given for a constant of shape [2, 2]",
    ],
    "shapes that do not broadcast": [
      () => g.add(float(2, 3), float(2)),
      "Add: shapes [2, 3] and [2] do not broadcast together",
    ],
    "three shapes that do not broadcast": [
      () => g.where(truth(2), float(3), float()),
      "Where: shapes [2] and [3] and [] do not broadcast together",
    ],
    "arithmetic on conditions": [
      () => g.add(truth(2), truth(2)),
      "Add: arithmetic on bool tensors is not defined: cast them",
    ],
    "Gemm of a vector": [
      () => g.gemm(float(2), float(2, 3)),
      "Gemm: two matrices are needed, not [2] and [2, 3]",
    ],
    "Gemm of unequal inner dimensions": [
      () => g.gemm(float(2, 3), float(2, 3)),
      "Gemm: the inner dimensions of [2, 3] and [2, 3] differ",
    ],
    "Gemm of unequal inner dimensions, transposed": [
      () => g.gemm(float(3, 2), float(3, 4), undefined, { transA: true, transB: true }),
      "Gemm: the inner dimensions of [3, 2] transposed and [3, 4] transposed differ",
    ],
    "Gemm with a larger term": [
      () => g.gemm(float(1, 2), float(2, 3), float(4, 3)),
      "Gemm: a term of shape [4, 3] cannot be added to a product of shape [1, 3]",
    ],
    "Gemm with a term that does not broadcast": [
      () => g.gemm(float(2, 2), float(2, 3), float(2)),
      "Gemm: shapes [2, 3] and [2] do not broadcast together",
    ],
    "MatMul of unequal inner dimensions": [
      () => g.matmul(float(5, 2, 3), float(5, 2, 3)),
      "MatMul: matrices of shapes [5, 2, 3] and [5, 2, 3] cannot be multiplied",
    ],
    "MatMul of a vector": [
      () => g.matmul(float(3), float(3, 2)),
      "MatMul: matrices of shapes [3] and [3, 2] cannot be multiplied",
    ],
    "MatMul of unequal stacks": [
      () => g.matmul(float(5, 2, 3), float(4, 3, 2)),
      "MatMul: shapes [5] and [4] do not broadcast together",
    ],
    "an axis too far": [
      () => g.reduceSum(float(2, 3), [2]),
      "ReduceSum: axis 2 is outside the axes 0 to 1 of [2, 3]",
    ],
    "a negative axis too far": [
      () => g.reduceSum(float(2, 3), [-3]),
      "ReduceSum: axis -3 is outside the axes 0 to 1 of [2, 3]",
    ],
    "half an axis": [
      () => g.reduceMean(float(2, 3), [0.5]),
      "ReduceMean: axis 0.5 is outside the axes 0 to 1 of [2, 3]",
    ],
    "an axis twice": [
      () => g.reduceMax(float(2, 3), [1, -1]),
      "ReduceMax: the axes [1, 1] name one axis twice",
    ],
    "an axis of a scalar": [
      () => g.softmax(float(), 0),
      "Softmax: axis 0 was given for a scalar, which has none",
    ],
    "another size": [
      () => g.reshape(float(2, 3), [4, 2]),
      "Reshape: a tensor of shape [2, 3] cannot be reshaped to [4, 2]",
    ],
    "a remainder that is not whole": [
      () => g.reshape(float(2, 3), [4, -1]),
      "Reshape: dimension 1.5 is not a positive integer",
    ],
    "shrinking by Expand": [
      () => g.expand(float(2, 3), [2, 1]),
      "Expand: a tensor of shape [2, 3] cannot be expanded to [2, 1]",
    ],
    "a permutation that repeats": [
      () => g.transpose(float(2, 3), [0, 0]),
      "Transpose: [0, 0] is not a permutation of the axes of [2, 3]",
    ],
    "a permutation that is short": [
      () => g.transpose(float(2, 3), [0]),
      "Transpose: [0] is not a permutation of the axes of [2, 3]",
    ],
    "nothing to join": [() => g.concat([], 0), "Concat: no tensors were given: join at least one"],
    "joining unequal shapes": [
      () => g.concat([float(2, 3), float(3, 3)], 1),
      "Concat: tensors of shapes [2, 3] and [3, 3] cannot be joined along axis 1",
    ],
    "joining unequal ranks": [
      () => g.concat([float(3, 4), float(3)], 1),
      "Concat: tensors of shapes [3, 4] and [3] cannot be joined along axis 1",
    ],
    "an empty slice": [() => g.slice(float(4), 0, 2, 2), "Slice: the slice 2 to 2 is outside axis 0 of [4]"],
    "a slice before the start": [
      () => g.slice(float(4), 0, -1, 2),
      "Slice: the slice -1 to 2 is outside axis 0 of [4]",
    ],
    "a slice beyond the end": [
      () => g.slice(float(2, 4), 1, 2, 5),
      "Slice: the slice 2 to 5 is outside axis 1 of [2, 4]",
    ],
    "a slice at a fraction": [() => g.slice(float(4), 0, 0.5, 2.5), "Slice: 0.5 is not a whole number"],
    "negative padding": [() => g.pad(float(4), 0, -1, 2), "Pad: padding of -1 and 2 is negative"],
    "padding by a fraction": [() => g.pad(float(4), 0, 0.5, 0.5), "Pad: 0.5 is not a whole number"],
    "updates of another shape": [
      () => g.scatterAdd(float(4, 2), whole(3), float(2, 3)),
      "ScatterAdd: updates of shape [2, 3] were given where [3, 2] is needed",
    ],
  };

  test.each(Object.entries(failures))("%s", (_, [build, message]) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(expect.objectContaining({ message }));
  });

  test.each<[build: () => Tensor, operator: OperatorName, given: ElementType, needed: ElementType]>([
    [() => g.exp(whole(2)), "Exp", "int64", "float32"],
    [() => g.mul(whole(2), float(2)), "Mul", "float32", "int64"],
    [() => g.and(float(2), float(2)), "And", "float32", "bool"],
    [() => g.where(float(2), float(2), float(2)), "Where", "float32", "bool"],
    [() => g.where(truth(2), float(2), whole(2)), "Where", "int64", "float32"],
    [() => g.reduceSum(whole(2)), "ReduceSum", "int64", "float32"],
    [() => g.concat([float(2), whole(2)], 0), "Concat", "int64", "float32"],
    [() => g.gather(float(4), float(2)), "Gather", "float32", "int64"],
    [() => g.scatterAdd(float(4), whole(3), whole(3)), "ScatterAdd", "int64", "float32"],
    [() => g.softmax(whole(2), 0), "Softmax", "int64", "float32"],
    [() => g.gemm(whole(2, 2), float(2, 2)), "Gemm", "int64", "float32"],
    [() => g.gemm(float(2, 2), whole(2, 2)), "Gemm", "int64", "float32"],
    [() => g.gemm(float(2, 2), float(2, 2), whole(2)), "Gemm", "int64", "float32"],
    [() => g.matmul(whole(2, 2), float(2, 2)), "MatMul", "int64", "float32"],
    [() => g.matmul(float(2, 2), truth(2, 2)), "MatMul", "bool", "float32"],
    [() => g.scatterAdd(whole(4), whole(3), float(3)), "ScatterAdd", "int64", "float32"],
    [() => g.scatterAdd(float(4), float(3), float(3)), "ScatterAdd", "float32", "int64"],
    [() => g.not(whole(2)), "Not", "int64", "bool"],
    [() => g.less(whole(2), float(2)), "Less", "float32", "int64"],
  ])("a wrong type, %#", (build, operator, given, needed) => {
    const message = `${operator}: a tensor of type ${given} was given where ${needed} is needed: cast it`;
    expect(build).toThrow(expect.objectContaining({ name: "ShapeError", message }));
  });

  const axes: Record<string, () => Tensor> = {
    Softmax: () => g.softmax(float(2, 3), 2),
    Concat: () => g.concat([float(2, 3)], 2),
    Slice: () => g.slice(float(2, 3), 2, 0, 1),
    Pad: () => g.pad(float(2, 3), 2, 1, 1),
    Gather: () => g.gather(float(2, 3), whole(2), 2),
    ScatterAdd: () => g.scatterAdd(float(2, 3), whole(), float(2, 3), 2),
  };
  test.each(Object.entries(axes))("an axis too far for %s", (operator, build) => {
    const message = `${operator}: axis 2 is outside the axes 0 to 1 of [2, 3]`;
    expect(build).toThrow(expect.objectContaining({ name: "ShapeError", message }));
  });

  test("at the line that builds the node, in the stack too", () => {
    const mistake = () => g.add(float(2), float(3));
    let stack = "";
    try {
      mistake();
    } catch (error) {
      stack = (error as Error).stack!;
    }
    expect(stack).toContain("Add: shapes [2] and [3] do not broadcast together");
    expect(stack).toMatch(/at mistake .*shape-errors\.test\.ts/);
  });
});
