import { describe, expect, test } from "vitest";
import { expression } from "../../test/reference/expression.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { signed } from "../../test/reference/random.ts";
import * as g from "./build.ts";
import { type Shape, sizeOf, type Tensor, topologicalOrder } from "./node.ts";
import { simplify } from "./rewrite.ts";

function simplified(tensor: Tensor): Tensor {
  return simplify({ outputs: { tensor } }).outputs.tensor!;
}

function valuesOf(tensor: Tensor): number[] {
  const inputs = topologicalOrder([tensor]).filter(
    ({ operator }) => operator === "Input",
  ) as Tensor<"Input">[];
  const feeds = inputs.map(({ attributes: { name }, shape }) => {
    return [name, signed(sizeOf(shape), name.charCodeAt(0))] as const;
  });
  return Array.from(interpret([tensor], Object.fromEntries(feeds))[0]!);
}

const x = g.input("x", [2, 3]);
const y = g.input("y", [2, 3]);
const row = g.input("row", [3]);
const scalar = g.input("s", []);
const square = g.input("q", [2, 2]);
const cube = g.input("cube", [2, 3, 4]);
const whole = g.input("n", [3], "int64");
const filled = (value: number, shape: Shape = [2, 3]) => g.constant(value, shape);
const swapped = (tensor: Tensor) => g.transpose(tensor, [1, 0]);
const slot = (part: Tensor, before: number, after: number) => g.pad(part, 1, before, after);

const rules: Record<string, [before: Tensor, after: string][]> = {
  "a double negation": [[g.neg(g.neg(x)), "x"]],
  "adding zero": [
    [g.add(x, 0), "x"],
    [g.add(filled(0), x), "x"],
    [g.sub(x, filled(0)), "x"],
    [g.add(whole, 0), "n"],
  ],
  "adding zeros that broadcast": [
    [g.add(row, filled(0)), "Add(row, 0[2,3])"],
    [g.sub(filled(0), row), "Sub(0[2,3], row)"],
  ],
  "adding and subtracting a negative": [
    [g.add(x, g.neg(y)), "Sub(x, y)"],
    [g.add(g.neg(x), y), "Sub(y, x)"],
    [g.sub(x, g.neg(y)), "Add(x, y)"],
    [g.add(g.neg(row), x), "Sub(x, row)"],
  ],
  "multiplying and dividing by one": [
    [g.mul(x, 1), "x"],
    [g.mul(filled(1), x), "x"],
    [g.div(x, filled(1)), "x"],
    [g.mul(row, filled(1)), "Mul(row, 1[2,3])"],
    [g.mul(whole, 1), "n"],
  ],
  "multiplying by minus one": [
    [g.mul(x, -1), "Neg(x)"],
    [g.mul(filled(-1), x), "Neg(x)"],
    [g.mul(row, filled(-1)), "Mul(row, -1[2,3])"],
    [g.mul(whole, -1), "Mul(n, -1)"],
  ],
  "transposes into Gemm": [
    [g.gemm(swapped(x), y), 'Gemm(x, y {"transA":true,"transB":false})'],
    [g.gemm(x, swapped(y)), 'Gemm(x, y {"transA":false,"transB":true})'],
    [
      g.gemm(swapped(square), swapped(square), g.input("c", [2]), {
        transA: true,
        transB: false,
      }),
      'Gemm(q, q, c {"transA":false,"transB":true})',
    ],
  ],
  "reductions over nothing": [
    [g.reduceSum(x, []), "x"],
    [g.reduceMean(g.reshape(row, [1, 3]), [0]), "row"],
    [
      g.reduceMax(g.reduceSum(x, [1], true), [1]),
      'Reshape(ReduceSum(x {"axes":[1],"keepDimensions":true}) {"shape":[2]})',
    ],
  ],
  reshapes: [
    [g.reshape(x, [2, 3]), "x"],
    [g.reshape(g.reshape(x, [6]), [3, 2]), 'Reshape(x {"shape":[3,2]})'],
    [g.reshape(g.reshape(x, [6]), [2, 3]), "x"],
  ],
  "expansions where operators broadcast by themselves": [
    [g.expand(x, [2, 3]), "x"],
    [g.mul(x, g.expand(row, [2, 3])), "Mul(x, row)"],
    [g.where(g.expand(g.less(row, 0), [2, 3]), x, y), "Where(Less(row, 0), x, y)"],
    [g.sub(x, g.expand(scalar, [2, 3])), "Sub(x, s)"],
  ],
  "expansions that are needed": [
    [g.add(g.expand(row, [2, 3]), row), 'Add(Expand(row {"shape":[2,3]}), row)'],
    [
      g.gemm(g.expand(row, [2, 3]), swapped(x)),
      'Gemm(Expand(row {"shape":[2,3]}), x {"transA":false,"transB":true})',
    ],
  ],
  "constants where operators broadcast by themselves": [
    [g.mul(x, filled(2)), "Mul(x, 2)"],
    [g.pow(row, filled(2, [1])), "Pow(row, 2)"],
    [g.mul(scalar, filled(2)), "Mul(s, 2[2,3])"],
    [g.equal(whole, g.constant(2, [3], "int64")), "Equal(n, 2)"],
  ],
  transposes: [
    [g.transpose(x, [0, 1]), "x"],
    [swapped(swapped(x)), "x"],
    [g.transpose(g.transpose(cube, [1, 2, 0]), [0, 2, 1]), 'Transpose(cube {"permutation":[1,0,2]})'],
  ],
  "a concatenation of one": [[g.concat([x], 1), "x"]],
  "padding by nothing": [[g.pad(x, 1, 0, 0), "x"]],
  slices: [
    [g.slice(x, 1, 0, 3), "x"],
    [g.slice(g.concat([x, y], 1), 1, 3, 6), "y"],
    [g.slice(g.concat([x, y], 0), 1, 0, 2), 'Slice(Concat(x, y {"axis":0}) {"axis":1,"start":0,"end":2})'],
    [g.slice(g.concat([x, y], 1), 1, 2, 4), 'Slice(Concat(x, y {"axis":1}) {"axis":1,"start":2,"end":4})'],
  ],
  "the sum of padded neighbours": [
    [g.add(slot(x, 0, 3), slot(y, 3, 0)), 'Concat(x, y {"axis":1})'],
    [g.add(slot(y, 3, 0), slot(x, 0, 3)), 'Concat(x, y {"axis":1})'],
    [g.add(slot(x, 1, 3), slot(y, 4, 0)), 'Pad(Concat(x, y {"axis":1}) {"axis":1,"before":1,"after":0})'],
  ],
  "the sum of padded tensors that are not neighbours": [
    [
      g.add(slot(x, 0, 4), slot(y, 4, 0)),
      'Add(Pad(x {"axis":1,"before":0,"after":4}), Pad(y {"axis":1,"before":4,"after":0}))',
    ],
    [
      g.add(slot(x, 0, 2), slot(y, 2, 0)),
      'Add(Pad(x {"axis":1,"before":0,"after":2}), Pad(y {"axis":1,"before":2,"after":0}))',
    ],
    [
      g.add(slot(x, 0, 3), slot(g.reshape(row, [1, 3]), 3, 0)),
      'Add(Pad(x {"axis":1,"before":0,"after":3}), Pad(Reshape(row {"shape":[1,3]}) {"axis":1,"before":3,"after":0}))',
    ],
    [
      g.add(g.pad(square, 0, 0, 3), g.pad(g.input("z", [2, 5, 1]), 0, 2, 1)),
      'Add(Pad(q {"axis":0,"before":0,"after":3}), Pad(z {"axis":0,"before":2,"after":1}))',
    ],
  ],
  "work on copies of a small tensor": [
    [g.mul(g.expand(scalar, [2, 3]), 0.5), 'Expand(Mul(s, 0.5) {"shape":[2,3]})'],
    [g.add(g.expand(row, [2, 3]), 1), 'Add(Expand(row {"shape":[2,3]}), 1)'],
  ],
  "uniform constants": [
    [g.neg(filled(2)), "-2[2,3]"],
    [g.abs(filled(-2, [])), "2"],
    [g.sqrt(g.reciprocal(filled(4, [1]))), "0.5[1]"],
    [g.log(g.exp(g.constant(0))), "0"],
    [g.pow(g.sub(g.add(2, 3), g.mul(1, 2)), g.div(6, 2)), "27"],
    [g.max(g.min(1, filled(2)), 0), "1[2,3]"],
    [g.reduceSum(filled(2, [2, 3, 4]), [0, 2]), "16[3]"],
    [g.reduceMean(filled(2, [2, 3, 4]), [0, 2]), "2[3]"],
    [g.reduceMax(filled(2)), "2"],
    [g.transpose(g.expand(g.reshape(filled(2, []), [1]), [4, 3]), [1, 0]), "2[3,4]"],
    [g.slice(filled(2), 1, 0, 2), "2[2,2]"],
  ],
  "constants that stay": [
    [g.neg(g.constant([1, 2])), "Neg([1,2][2])"],
    [g.pad(filled(2, [1]), 0, 0, 1), 'Pad(2[1] {"axis":0,"before":0,"after":1})'],
    [g.add(g.constant(1, [3], "int64"), whole), "Add(1, n)"],
  ],
};

describe.each(Object.entries(rules))("%s", (_, examples) => {
  test.each(examples)("%#", (before, after) => {
    const result = simplified(before);
    expect(expression(result)).toBe(after);
    expect(result.shape).toEqual(before.shape);
    expect(result.type).toBe(before.type);
    expect(valuesOf(result)).toEqual(valuesOf(before));
  });
});
