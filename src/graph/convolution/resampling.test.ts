import { describe, expect, test } from "vitest";
import { checkGradient } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import { signed } from "../../../test/reference/random.ts";
import { emitModel } from "../../onnx/emit.ts";
import { run } from "../../onnx/testing/session.ts";
import * as g from "../build.ts";
import { sizeOf, type Tensor } from "../node.ts";
import { resizeBilinear2d, resizeNearest2d } from "./resampling.ts";

function valuesOf(tensor: Tensor): number[] {
  return Array.from(interpret([tensor], {})[0]!);
}

const square = g.constant([1, 2, 3, 4], [1, 2, 2, 1]);

describe("published values (ONNX operator Resize, examples of its backend test)", () => {
  test("nearest, scales 2 and 3", () => {
    expect(valuesOf(resizeNearest2d(square, [4, 6]))).toEqual(
      [
        [1, 1, 1, 2, 2, 2],
        [1, 1, 1, 2, 2, 2],
        [3, 3, 3, 4, 4, 4],
        [3, 3, 3, 4, 4, 4],
      ].flat(),
    );
  });

  test("linear, scale 2", () => {
    expect(valuesOf(resizeBilinear2d(square, [4, 4]))).toEqual(
      [
        [1, 1.25, 1.75, 2],
        [1.5, 1.75, 2.25, 2.5],
        [2.5, 2.75, 3.25, 3.5],
        [3, 3.25, 3.75, 4],
      ].flat(),
    );
  });
});

describe.each([
  ["nearest", resizeNearest2d],
  ["bilinear", resizeBilinear2d],
] as const)("%s", (name, resize) => {
  const sizes: [number, number][] = [
    [3, 4],
    [6, 12],
    [7, 5],
    [1, 2],
  ];

  test("a constant image stays constant, and the same size leaves an image as it is", () => {
    for (const size of sizes)
      for (const value of valuesOf(resize(g.constant(2.5, [2, 3, 4, 2]), size)))
        expect(value).toBeCloseTo(2.5, 12);
    const image = signed(24, 1);
    expect(valuesOf(resize(g.constant(image, [1, 3, 4, 2]), [3, 4]))).toEqual(image);
  });

  test.each(sizes)("its gradient agrees with finite differences at %i × %i", (height, width) => {
    const loss = ([x]: Tensor[]) => {
      const resized = resize(x!, [height, width]);
      return g.reduceSum(g.mul(resized, resized));
    };
    checkGradient(loss, [{ shape: [2, 3, 4, 2] }]);
  });

  test("ONNX Runtime gives the same", async () => {
    const shape = [2, 3, 4, 2];
    const data = signed(sizeOf(shape), 2).map(Math.fround);
    const outputs = Object.fromEntries(sizes.map((size) => [size.join(), resize(g.input("x", shape), size)]));
    const results = await run(emitModel({ outputs }), { x: { type: "float32", shape, data } });
    const expected = interpret({ outputs }, { x: data });
    for (const [size, values] of Object.entries(expected))
      for (const [index, value] of values.entries())
        expect(results[size]!.data[index], `${name} ${size}`).toBeCloseTo(value, 5);
  });
});

test("a tensor that is no image is refused", () => {
  expect(() => resizeNearest2d(g.input("x", [2, 3]), [1, 1])).toThrow("not a tensor of shape [2, 3]");
});
