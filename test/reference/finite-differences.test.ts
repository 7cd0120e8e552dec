import { expect, test } from "vitest";
import * as g from "../../src/graph/build.ts";
import type { Shape, Tensor } from "../../src/graph/node.ts";
import { checkGradient } from "./finite-differences.ts";

test("a right gradient passes, with the error that differences have", () => {
  const error = checkGradient(([x]) => g.reduceSum(g.exp(x!)), [{ shape: [4] }]);
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(1e-9);
});

const tooSmallToSample: Shape = [3];
const sampled: Shape = [20, 50];

test.each([[tooSmallToSample], [sampled]])("a wrong gradient is found in shape %j", (shape) => {
  const square = ([x]: Tensor[]) => g.reduceSum(g.mul(x!, g.stopGradient(g.add(x!, 0.5))));
  expect(() => checkGradient(square, [{ shape }])).toThrow("the original gradient by x0 of shape");
});

test("one wrong element among many is found", () => {
  const build = ([x]: Tensor[]) => {
    const row = g.add(x!, 0);
    const wrong = g.mul(g.stopGradient(g.slice(row, 0, 7, 8)), 0.01);
    return g.add(g.reduceSum(g.mul(row, row)), g.reduceSum(wrong));
  };
  expect(() => checkGradient(build, [{ shape: [40] }])).toThrow("along element 7");
});

test("a NaN in the gradient is an error", () => {
  const build = ([x]: Tensor[]) => g.reduceSum(g.where(g.less(x!, 0), 1, g.sqrt(x!)));
  expect(() => checkGradient(build, [{ shape: [2], values: [-1, 2] }])).toThrow("NaN");
});
