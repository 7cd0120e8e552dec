import { describe, expect, test } from "vitest";
import * as g from "./build.ts";

const float = (...shape: number[]) => g.input("x", shape);
const whole = (...shape: number[]) => g.input("n", shape, "int64");
const truth = (...shape: number[]) => g.input("t", shape, "bool");

describe("conveniences", () => {
  test("numbers become scalars of the other operand's type", () => {
    expect(g.add(float(2), 1).inputs[1]).toMatchObject({ operator: "Constant", shape: [], type: "float32" });
    expect(g.sub(1, whole(2)).inputs[0]).toMatchObject({ operator: "Constant", shape: [], type: "int64" });
    expect(g.where(truth(2), 1, whole(2)).inputs[1]!.type).toBe("int64");
    expect(g.where(truth(2), 1, 0).type).toBe("float32");
  });
  test("axes of reductions count from the end when negative, and are put in order", () => {
    const sum = g.reduceSum(float(2, 3, 4), [-1, 0]);
    expect(sum.shape).toEqual([3]);
    expect(sum.attributes).toEqual({ axes: [0, 2], keepDimensions: false });
  });
  test("−1 in a reshape is what remains", () => {
    expect(g.reshape(float(2, 3, 4), [3, -1]).shape).toEqual([3, 8]);
    expect(g.reshape(float(2, 3), [-1]).shape).toEqual([6]);
    expect(g.reshape(float(1), [-1, 1]).shape).toEqual([1, 1]);
  });
  test("softmax runs along the last axis unless told otherwise", () => {
    expect(g.softmax(float(2, 3)).attributes).toEqual({ axis: 1 });
    expect(g.logSoftmax(float(2, 3), 0).attributes).toEqual({ axis: 0 });
  });
  test("split cuts consecutive parts", () => {
    const parts = g.split(float(2, 6), 1, [1, 2, 3]);
    expect(parts.map(({ shape }) => shape)).toEqual([
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
    expect(parts.map(({ attributes }) => attributes)).toEqual([
      { axis: 1, start: 0, end: 1 },
      { axis: 1, start: 1, end: 3 },
      { axis: 1, start: 3, end: 6 },
    ]);
  });
  test("a cast to the same type is the tensor itself", () => {
    const x = float(2);
    expect(g.cast(x, "float32")).toBe(x);
  });
  test("activations have their usual slopes", () => {
    expect(g.elu(float(2)).attributes).toEqual({ alpha: 1 });
    expect(g.leakyRelu(float(2)).attributes).toEqual({ alpha: 0.01 });
  });
});
