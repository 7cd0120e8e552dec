import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkLoss } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { signed } from "../../test/reference/random.ts";
import { feedsOf, parametersOf } from "../../test/reference/trace.ts";
import { constant, input, mul, reduceSum } from "../graph/build.ts";
import { type Shape, sizeOf, type Tensor } from "../graph/node.ts";
import { upsample } from "./layers/words.ts";
import { applyLayers, type Layer, layerShapes } from "./layers.ts";
import { Trace } from "./scope.ts";

/** A scalar in which every element counts differently. */
function weighted(tensor: Tensor): Tensor {
  const weights = Array.from(signed(sizeOf(tensor.shape), 77));
  return reduceSum(mul(tensor, constant(weights, tensor.shape)));
}

const BATCH = 2;
const tanh: Layer = { type: "activation", activation: "tanh" };

const cases: Record<string, { readonly shape: Shape; readonly layers: readonly Layer[] }> = {
  conv2d: {
    shape: [5, 4, 2],
    layers: [{ type: "conv2d", channels: 3, kernel: [3, 2], stride: [2, 1] }, tanh],
  },
  "conv2d of one channel": { shape: [4, 4], layers: [{ type: "conv2d", channels: 2, kernel: 4, stride: 2 }] },
  convTranspose2d: {
    shape: [3, 2, 3],
    layers: [{ type: "convTranspose2d", channels: 2, kernel: 3, stride: 2, size: [5, 4] }, tanh],
  },
  conv1d: { shape: [7, 2], layers: [{ type: "conv1d", channels: 3, kernel: 3, dilation: 2, padding: 1 }] },
  convTranspose1d: {
    shape: [3, 2],
    layers: [{ type: "convTranspose1d", channels: 2, kernel: 4, stride: 3, padding: "valid" }],
  },
  maxPool: { shape: [5, 4, 2], layers: [{ type: "maxPool", size: 2, padding: "same" }] },
  averagePool: { shape: [7, 2], layers: [{ type: "averagePool", size: 3, stride: 2 }] },
  "nearest upsampling": { shape: [2, 3, 2], layers: [{ type: "upsample", factor: [2, 1] }] },
  "bilinear upsampling": {
    shape: [4, 2],
    layers: [{ type: "upsample", size: 7, mode: "bilinear" }],
  },
  "dense on an image, and back": {
    shape: [2, 3, 2],
    layers: [
      { type: "dense", units: 8 },
      { type: "reshape", shape: [2, 2, 2] },
      { type: "conv2d", channels: 2, kernel: 2 },
      { type: "flatten" },
    ],
  },
  residual: {
    shape: [3, 4],
    layers: [{ type: "residual", layers: [{ type: "conv1d", channels: 4, kernel: 3 }, tanh] }],
  },
  "residual that projects": {
    shape: [4, 4, 2],
    layers: [{ type: "residual", layers: [{ type: "conv2d", channels: 3, kernel: 3, stride: 2 }, tanh] }],
  },
  groupNorm: { shape: [3, 2, 4], layers: [{ type: "groupNorm", groups: 2 }] },
  "batchNorm of images": { shape: [3, 2, 2], layers: [{ type: "batchNorm" }] },
  "layerNorm of images": { shape: [2, 2, 3], layers: [{ type: "layerNorm" }] },
};

describe.each(Object.entries(cases))("%s", (_, { shape, layers }) => {
  it.each([true, false])("has the gradients that differences give (training: %s)", (training) => {
    const trace = new Trace({ training });
    const x = input("x", [BATCH, ...shape]);
    const loss = weighted(applyLayers(trace.scope("net"), layers, x));
    const feeds = feedsOf(trace, 3, { x: signed(BATCH * sizeOf(shape), 9) });
    checkLoss(loss, [x, ...parametersOf(trace)], feeds, { coordinates: 12 });
  });
});

/** Any layer that fits images, or sequences, of any size. */
function anyLayer(axes: 1 | 2): fc.Arbitrary<Layer> {
  const small = fc.integer({ min: 1, max: 3 });
  const perAxis = fc.oneof(small, fc.tuple(...Array.from({ length: axes }, () => small)));
  const channels = fc.integer({ min: 1, max: 4 });
  const conv = axes === 1 ? "conv1d" : "conv2d";
  const back = axes === 1 ? "convTranspose1d" : "convTranspose2d";
  const convolution = { channels, kernel: perAxis, stride: perAxis, dilation: perAxis };
  const layers: fc.Arbitrary<unknown>[] = [
    fc.record({ type: fc.constant(conv), ...convolution }),
    fc.record({ type: fc.constant(back), ...convolution }),
    fc.record({
      type: fc.constant(back),
      channels,
      kernel: fc.constant(3),
      padding: fc.constantFrom("valid", 0),
    }),
    fc.record({
      type: fc.constantFrom("maxPool", "averagePool"),
      size: perAxis,
      padding: fc.constant("same"),
    }),
    fc.record({
      type: fc.constant("upsample"),
      factor: perAxis,
      mode: fc.constantFrom("nearest", "bilinear"),
    }),
    fc.record({
      type: fc.constant("residual"),
      layers: fc.tuple(fc.record({ type: fc.constantFrom(conv, back), ...convolution })),
    }),
    fc.constantFrom<Layer>(tanh, { type: "groupNorm", groups: 1 }, { type: "batchNorm" }),
  ];
  return fc.oneof(...layers) as fc.Arbitrary<Layer>;
}

describe("shapes", () => {
  it("are those that tracing gives, for any network on any size", () => {
    const network = fc.constantFrom<1 | 2>(1, 2).chain((axes) =>
      fc.record({
        shape: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: axes + 1, maxLength: axes + 1 }),
        layers: fc.array(anyLayer(axes), { maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(network, ({ shape, layers }) => {
        const declared = layerShapes(layers, shape, "net").at(-1) ?? shape;
        fc.pre(sizeOf(declared) < 20_000);
        const trace = new Trace({ training: true });
        const traced = applyLayers(trace.scope("net"), layers, input("x", [BATCH, ...shape])).shape;
        expect(traced).toEqual([BATCH, ...declared]);
      }),
      { numRuns: 150 },
    );
  });

  it.each<[string, Shape, Layer[], string]>([
    [
      "a convolution of a row",
      [784],
      [
        { type: "dense", units: 9 },
        { type: "conv2d", channels: 4, kernel: 3 },
      ],
      "encoder layer 1 (conv2d) was given 9: it needs [height, width, channels]",
    ],
    [
      "a kernel that does not fit",
      [2, 9, 1],
      [{ type: "conv2d", channels: 4, kernel: [3, 2], padding: "valid" }],
      "encoder layer 0 (conv2d) was given 2 × 9 × 1: its window spans 3 × 2, so it needs a length of 3 or more where 2 came",
    ],
    [
      "another number of axes",
      [9, 9, 1],
      [{ type: "conv1d", channels: 4, kernel: 3 }],
      "encoder layer 0 (conv1d) was given 9 × 9 × 1: it needs [length, channels]",
    ],
    [
      "a shape of other values",
      [9],
      [{ type: "reshape", shape: [2, 4] }],
      "encoder layer 0 (reshape) was given 9: it makes 2 × 4 and needs 8 values, not 9",
    ],
    [
      "a size that no convolution undoes",
      [7, 7, 2],
      [{ type: "convTranspose2d", channels: 1, kernel: 4, stride: 2, size: [15, 14] }],
      "encoder layer 0 (convTranspose2d) was given 7 × 7 × 2: its size is 15 × 14, which needs 8 × 7 with this kernel, stride and padding",
    ],
    [
      "groups that channels cannot be dealt out to",
      [4, 6],
      [{ type: "groupNorm", groups: 4 }],
      "encoder layer 0 (groupNorm) was given 4 × 6: it needs channels that can be dealt out to 4 groups alike",
    ],
    [
      "a layer within a residual",
      [4, 6],
      [tanh, { type: "residual", layers: [tanh, { type: "maxPool", size: [2, 2] }] }],
      "encoder layer 1 (residual) layer 1 (maxPool) was given 4 × 6: its size is [2, 2]: it needs one number, or a list of 1",
    ],
    [
      "a residual to which nothing linear leads",
      [8],
      [{ type: "residual", layers: [{ type: "reshape", shape: [4, 2] }] }],
      "encoder layer 0 (residual) was given 8: its layers make 4 × 2, to which no projection leads: let them keep the axes",
    ],
    [
      "an upsampling without a size",
      [8, 1],
      [{ type: "upsample" }],
      "encoder layer 0 (upsample) was given 8 × 1: it has neither factor nor size: give one",
    ],
  ])("are refused with the layer's name: %s", (_, shape, layers, message) => {
    expect(() => layerShapes(layers, shape, "encoder")).toThrow(message);
    const trace = new Trace({ training: true });
    expect(() => applyLayers(trace.scope("encoder"), layers, input("x", [1, ...shape]))).toThrow(message);
  });
});

describe("weights of convolutions", () => {
  const deviationOf = (layer: Layer, shape: Shape) => {
    const trace = new Trace({ training: true });
    applyLayers(trace.scope("net"), [layer], input("x", [1, ...shape]));
    const { initializer } = trace.parameters.get("net.0.weight")!.spec;
    return initializer.distribution === "normal" ? initializer.standardDeviation : Number.NaN;
  };

  it("begin with a deviation of √(2/fan-in), the number of values that reach an output", () => {
    const conv: Layer = { type: "conv2d", channels: 8, kernel: [4, 3], stride: 2 };
    expect(deviationOf(conv, [9, 9, 5])).toBeCloseTo(Math.sqrt(2 / (4 * 3 * 5)), 12);
    expect(deviationOf({ type: "conv1d", channels: 8, kernel: 7 }, [9, 2])).toBeCloseTo(
      Math.sqrt(2 / 14),
      12,
    );
    // Each output of a transposed convolution with kernel 4 and stride 2 is reached by 2 × 2 inputs of each channel.
    const transposed: Layer = { type: "convTranspose2d", channels: 8, kernel: 4, stride: 2 };
    expect(deviationOf(transposed, [5, 5, 3])).toBeCloseTo(Math.sqrt(2 / (2 * 2 * 3)), 12);
  });
});

describe("normalisation of images", () => {
  const places = [1, 10, 3, 30, 5, 20, 7, 60];

  it("uses each channel's running statistics at evaluation", () => {
    const trace = new Trace({ training: false });
    const y = applyLayers(trace.scope("net"), [{ type: "batchNorm" }], input("x", [1, 2, 2, 2]));
    const [values] = interpret([y], {
      x: places,
      "net.0.scale": [2, 1],
      "net.0.shift": [0, 5],
      "net.0.running_mean": [1, 20],
      "net.0.running_variance": [4, 100],
    });
    const expected = places.map((value, i) =>
      i % 2 === 0 ? (2 * (value - 1)) / Math.sqrt(4 + 1e-5) : 5 + (value - 20) / Math.sqrt(100 + 1e-5),
    );
    for (const [index, value] of expected.entries()) expect(values![index]).toBeCloseTo(value, 12);
  });

  it("standardises each group of channels of each example over all places", () => {
    const trace = new Trace({ training: true });
    const y = applyLayers(trace.scope("net"), [{ type: "groupNorm", groups: 2 }], input("x", [1, 4, 2]));
    const [values] = interpret([y], { x: places, "net.0.scale": [1, 2], "net.0.shift": [0, 1] });
    // Channel 0: mean 4, variance 5. Channel 1: mean 30, variance 350.
    const expected = places.map((value, i) =>
      i % 2 === 0 ? (value - 4) / Math.sqrt(5 + 1e-5) : 1 + (2 * (value - 30)) / Math.sqrt(350 + 1e-5),
    );
    for (const [index, value] of expected.entries()) expect(values![index]).toBeCloseTo(value, 12);
  });
});

it("upsamples by a number, by one for each axis, or by options", () => {
  const shapesOf = (layer: Layer) => layerShapes([layer], [4, 6, 3], "net").at(-1);
  expect(shapesOf(upsample(2))).toEqual([8, 12, 3]);
  expect(shapesOf(upsample([3, 1]))).toEqual([12, 6, 3]);
  expect(shapesOf(upsample({ size: [5, 7] }))).toEqual([5, 7, 3]);
});
