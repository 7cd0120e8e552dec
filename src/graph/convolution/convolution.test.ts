import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countPlaces,
  type Geometry,
  geometry,
  optionsOf,
} from "../../../test/reference/convolution-geometry.ts";
import { forEachProduct } from "../../../test/reference/convolutions.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import type { Feed } from "../../../test/reference/operator-cases.ts";
import { between } from "../../../test/reference/random.ts";
import { emitFreeBatch, emitModel } from "../../onnx/emit.ts";
import { run } from "../../onnx/testing/session.ts";
import * as g from "../build.ts";
import { gradient } from "../gradient.ts";
import { type Shape, ShapeError, sizeOf, type Tensor, topologicalOrder } from "../node.ts";
import { simplify } from "../rewrite.ts";
import { conv2d, convTranspose2d } from "./convolution.ts";

/** `npm run test:convolutions` sets it to 1000. */
const GEOMETRIES = Number(process.env.VAEKIT_GEOMETRIES ?? 60);
const TIME_LIMIT = 30_000 + 100 * GEOMETRIES;
/** Sums of up to a few hundred products of numbers below 1 in float32. */
const SINGLE_PRECISION = 5e-6;
const DOUBLE_PRECISION = 1e-12;

const HALVED = {
  stride: [2, 2],
  padding: [
    [1, 1],
    [1, 1],
  ],
} as const;
const kernels = [48, 243, 432].map((length, seed) => Array.from(drawn([length], seed)));

type Values = Readonly<Record<string, Float64Array>>;

interface Problem {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly feeds: Values;
  readonly expected: Values;
}

/** conv2d or convTranspose2d of a geometry, both gradients and that of the bias, with what loops give for them. */
function problemOf(shape: Geometry, transposed: boolean): Problem {
  const { batch, size, inputs, outputs, kernel, window, biased } = shape;
  const xShape = [batch, ...size, inputs];
  const kernelShape = [...kernel, inputs, outputs];
  const yShape = [batch, countPlaces(shape, 0), countPlaces(shape, 1), outputs];
  const biasShape = [transposed ? inputs : outputs];
  const [from, to] = transposed ? [yShape, xShape] : [xShape, yShape];
  const feeds: Values = {
    image: drawn(from, 1),
    kernel: drawn(kernelShape, 2),
    bias: biased ? drawn(biasShape, 3) : new Float64Array(sizeOf(biasShape)),
    weights: drawn(to, 4),
  };

  const image = g.input("image", from);
  const kernelTensor = g.input("kernel", kernelShape);
  const bias = g.input("bias", biasShape);
  const options = { ...optionsOf(window), ...(biased && { bias }) };
  const result = transposed
    ? convTranspose2d(image, kernelTensor, { ...options, outputSize: size })
    : conv2d(image, kernelTensor, options);
  expect(result.shape).toEqual(to);
  const loss = g.reduceSum(g.mul(result, g.input("weights", to)));
  const [dImage, dKernel, dBias] = gradient(loss, [image, kernelTensor, bias]);

  const expected = {
    result: new Float64Array(sizeOf(to)).map((_, index) => feeds.bias![index % biasShape[0]!]!),
    dImage: new Float64Array(sizeOf(from)),
    dKernel: new Float64Array(sizeOf(kernelShape)),
    dBias: new Float64Array(sizeOf(biasShape)),
  };
  forEachProduct(window, { x: xShape, kernel: kernelShape, y: yShape }, (x, k, y) => {
    const [source, target] = transposed ? [y, x] : [x, y];
    expected.result[target]! += feeds.image![source]! * feeds.kernel![k]!;
    expected.dImage[source]! += feeds.weights![target]! * feeds.kernel![k]!;
    expected.dKernel[k]! += feeds.image![source]! * feeds.weights![target]!;
  });
  if (biased)
    feeds.weights!.forEach((weight, index) => {
      expected.dBias[index % biasShape[0]!]! += weight;
    });
  return { tensors: { result, dImage: dImage!, dKernel: dKernel!, dBias: dBias! }, feeds, expected };
}

/** Numbers that float32 holds exactly, so that every engine computes with the same. */
function drawn(shape: Shape, seed: number): Float64Array {
  return Float64Array.from(between(sizeOf(shape), seed, -1, 1), Math.fround);
}

function inputsOf(roots: readonly Tensor[], feeds: Values): Record<string, Feed> {
  return Object.fromEntries(
    topologicalOrder(roots).flatMap((node) => {
      if (node.operator !== "Input") return [];
      const { name, shape } = node.attributes;
      return [[name, { type: "float32", shape, data: Array.from(feeds[name]!) } as const]];
    }),
  );
}

function requireClose(
  found: Readonly<Record<string, ArrayLike<number>>>,
  expected: Values,
  tolerance: number,
) {
  for (const [name, values] of Object.entries(expected)) {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    values.forEach((value, index) => {
      if (!(Math.abs(found[name]![index]! - value) <= tolerance * scale))
        throw new Error(`${name}[${index}] is ${found[name]![index]}, not ${value}`);
    });
  }
}

describe.each([
  ["convolution", false],
  ["transposed convolution", true],
])("random %s", (_, transposed) => {
  test(
    "its value and gradients are the sums of products, as built, simplified and in ONNX Runtime",
    async () => {
      await fc.assert(
        fc.asyncProperty(geometry, async (shape) => {
          const { tensors, feeds, expected } = problemOf(shape, transposed);
          const simplified = simplify({ outputs: tensors });
          requireClose(interpret({ outputs: tensors }, feeds), expected, DOUBLE_PRECISION);
          requireClose(interpret(simplified, feeds), expected, DOUBLE_PRECISION);
          for (const graph of [{ outputs: tensors }, simplified]) {
            const inputs = inputsOf(Object.values(graph.outputs), feeds);
            const results = await run(emitModel(graph), inputs);
            const data = Object.fromEntries(Object.entries(results).map(([name, each]) => [name, each.data]));
            requireClose(data, expected, SINGLE_PRECISION);
          }
        }),
        { numRuns: GEOMETRIES },
      );
    },
    TIME_LIMIT,
  );
});

describe("a model of any batch size", () => {
  const encode = (batch: number) => {
    const image = g.elu(
      conv2d(g.input("x", [batch, 7, 5, 1]), g.constant(kernels[0]!, [4, 4, 1, 3]), HALVED),
    );
    const code = conv2d(image, g.constant(kernels[1]!, [3, 3, 3, 9]), {
      dilation: [2, 1],
      padding: HALVED.padding,
    });
    return convTranspose2d(code, g.constant(kernels[2]!, [4, 4, 3, 9]), { ...HALVED, outputSize: [3, 5] });
  };

  test.each([
    ["as built", (outputs: Record<string, Tensor>) => ({ outputs })],
    ["simplified", (outputs: Record<string, Tensor>) => simplify({ outputs })],
  ])("gives for each image what it gives alone, %s", async (_, finish) => {
    const model = emitFreeBatch((batch) => finish({ y: encode(batch) }));
    const x = drawn([4, 7, 5, 1], 9);
    const expected = interpret([encode(4)], { x })[0]!;
    for (const batch of [1, 4]) {
      const data = Array.from(x.subarray(0, batch * 35));
      const { y } = await run(model, { x: { type: "float32", shape: [batch, 7, 5, 1], data } });
      expect(y!.shape).toEqual([batch, 3, 5, 3]);
      requireClose({ y: y!.data }, { y: expected.subarray(0, y!.data.length) }, SINGLE_PRECISION);
    }
  });
});

describe("ShapeError says what was seen", () => {
  const x = g.input("x", [2, 5, 4, 3]);
  const kernel = (...shape: number[]) => g.input("kernel", shape);
  const failures: Record<string, [build: () => Tensor, message: string]> = {
    "other channels": [
      () => conv2d(x, kernel(2, 2, 4, 1)),
      "Conv: an image of 3 channels was given to a kernel that takes 4",
    ],
    "other channels of the adjoint": [
      () => convTranspose2d(x, kernel(2, 2, 3, 4)),
      "ConvTranspose: an image of 3 channels was given to a kernel that takes 4",
    ],
    "a kernel too large": [
      () =>
        conv2d(x, kernel(3, 3, 3, 1), {
          dilation: [2, 2],
          padding: [
            [0, 0],
            [0, 0],
          ],
        }),
      "Conv: a kernel that spans 5 does not fit into a width of 4, padding included",
    ],
    "a size that does not lead back": [
      () => convTranspose2d(x, kernel(2, 2, 1, 3), { stride: [2, 2], outputSize: [12, 8] }),
      "ConvTranspose: an output height of 12 would come from a height of 6, not 5",
    ],
    "no images": [
      () => conv2d(g.input("x", [5, 3]), kernel(2, 2, 3, 1)),
      "Conv: images [batch, height, width, channels] and a kernel of four axes are needed, not [5, 3]",
    ],
    "no stride": [
      () => conv2d(x, kernel(2, 2, 3, 1), { stride: [0, 1] }),
      "Conv: a stride or dilation of 0 was given: 1 is the least",
    ],
    "a bias of other length": [
      () => conv2d(x, kernel(2, 2, 3, 1), { bias: g.input("bias", [2]) }),
      "Conv: a bias of shape [2] was given for 1 output channels",
    ],
    "negative padding": [
      () =>
        conv2d(x, kernel(2, 2, 3, 1), {
          padding: [
            [-1, 0],
            [0, 0],
          ],
        }),
      "Conv: padding of -1 is negative",
    ],
  };
  test.each(Object.entries(failures))("%s", (_, [build, message]) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(message);
  });
});
