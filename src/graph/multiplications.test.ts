import { expect, it } from "vitest";
import * as g from "./build.ts";
import { conv2d } from "./convolution/convolution.ts";
import { multiplications } from "./multiplications.ts";
import { simplify } from "./rewrite.ts";

it("counts matrix products, whichever side is transposed, each node once", () => {
  const [a, b] = [g.input("a", [3, 5]), g.input("b", [5, 7])];
  const product = g.gemm(a, b);
  expect(multiplications({ outputs: { product, again: g.add(product, 1) } })).toBe(3 * 5 * 7);
  const transposed = g.gemm(b, a, undefined, { transA: true, transB: true });
  expect(multiplications({ outputs: { transposed } })).toBe(3 * 5 * 7);
  const batched = g.matmul(g.input("c", [2, 3, 5]), g.input("d", [2, 5, 7]));
  expect(multiplications({ outputs: { batched } })).toBe(2 * 3 * 5 * 7);
});

it("counts a convolution as every kernel element at every place", () => {
  const y = conv2d(g.input("x", [2, 9, 7, 16]), g.input("kernel", [3, 3, 16, 5]), { stride: [2, 2] });
  expect(multiplications(simplify({ outputs: { y } }))).toBe(2 * 4 * 3 * (3 * 3 * 16 * 5));
});
