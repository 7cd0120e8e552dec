import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "../../test/reference/interpret.ts";
import { input } from "../graph/build.ts";
import { sizeOf } from "../graph/node.ts";
import { type Layer, layerShapes } from "../nn/layers.ts";
import { Trace } from "../nn/scope.ts";
import { convolutionalLayers } from "./architecture.ts";
import { modelOf } from "./build.ts";
import { hyperparameters } from "./hyperparameters.ts";
import { refuseIdleSettings } from "./idle-settings.ts";
import { mirrored, UPSAMPLINGS } from "./mirror.ts";
import { decode } from "./networks.ts";

const STYLE = {
  activation: "elu",
  keepProbability: 0.9,
  normalization: "group",
  initialization: "he",
} as const;

const elu: Layer = { type: "activation", activation: "elu" };

describe("a mirrored decoder", () => {
  const encoders = fc.constantFrom(1, 2, 3).chain((axes) =>
    fc
      .record({
        inputShape: fc.array(fc.integer({ min: 1, max: 17 }), { minLength: axes, maxLength: axes }),
        channels: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
        kernel: fc.integer({ min: 1, max: 5 }),
        stride: fc.integer({ min: 1, max: 3 }),
        residualBlocks: fc.integer({ min: 0, max: 1 }),
        hidden: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
      })
      .map((shape) => {
        const sides = shape.inputShape.slice(0, Math.max(1, axes - 1));
        return { ...shape, kernel: Math.min(shape.kernel, ...sides) };
      }),
  );

  it("makes exactly the shape of the data, odd sizes too, however it grows", () => {
    fc.assert(
      fc.property(encoders, fc.constantFrom(...UPSAMPLINGS), (shape, upsampling) => {
        const layers = convolutionalLayers(shape, STYLE);
        const decoder = mirrored(layers, shape.inputShape, upsampling);
        expect(layerShapes(decoder, [3], "decoder").at(-1)).toEqual(shape.inputShape);
      }),
      { numRuns: 150 },
    );
  });

  it("makes what any likelihood needs, by a convolution", () => {
    fc.assert(
      fc.property(encoders, fc.constantFrom(1, 2, 6), (shape, outputs) => {
        const likelihood =
          outputs === 1
            ? ({ likelihood: "bernoulli" } as const)
            : outputs === 2
              ? ({ likelihood: "gaussian", sigma: "decoder" } as const)
              : ({ likelihood: "discretized-logistic-mixture", mixtures: 2 } as const);
        const model = modelOf({ network: "conv", ...shape, latent: 2 }, hyperparameters.parse(likelihood));
        expect(model.head!.type).toMatch(/^conv/);
        const trace = new Trace({ training: false });
        const { mean } = decode(trace, model, input("z", [4, 5, 2]));
        expect(mean.shape).toEqual([4, 5, sizeOf(shape.inputShape)]);
      }),
      { numRuns: 60 },
    );
  });

  it("undoes each layer by its mirror image, with activations where the encoder has them", () => {
    const encoder: Layer[] = [
      { type: "conv2d", channels: 4, kernel: 3, padding: "valid" },
      { type: "groupNorm", groups: 2 },
      elu,
      { type: "maxPool", size: 2 },
      { type: "residual", layers: [elu, { type: "conv2d", channels: 6, kernel: 3 }] },
      { type: "flatten" },
      { type: "dense", units: 7 },
      elu,
    ];
    expect(mirrored(encoder, [9, 8, 1], "transposed")).toEqual([
      { type: "dense", units: 7 },
      elu,
      { type: "dense", units: 54 },
      { type: "reshape", shape: [3, 3, 6] },
      { type: "residual", layers: [elu, { type: "conv2d", channels: 4, kernel: 3 }] },
      { type: "upsample", size: [7, 6], mode: "nearest" },
      { type: "groupNorm", groups: 2 },
      elu,
      { type: "convTranspose2d", channels: 1, kernel: 3, padding: "valid", size: [9, 8] },
    ]);
  });

  it("says what has no mirror image", () => {
    const encoder: Layer[] = [{ type: "upsample", size: [7] }];
    expect(() => mirrored(encoder, [5, 1], "transposed")).toThrow(
      "the encoder resizes 5 × 1 to 7 × 1, which has no mirror image: let it grow by whole factors, or give the decoder layer by layer",
    );
  });
});

describe("the head of a decoder", () => {
  const parsed = hyperparameters.parse({});
  const networks = (decoder: Layer[]) =>
    modelOf({ inputShape: [6, 4, 3], encoder: [], latent: 2, decoder }, parsed);
  const image: Layer[] = [
    { type: "dense", units: 24 },
    { type: "reshape", shape: [3, 2, 4] },
    { type: "upsample", factor: 2 },
  ];

  it("is its last dense layer or convolution, where that makes the shape of the data", () => {
    const last: Layer = { type: "conv2d", channels: 3, kernel: 3 };
    expect(networks([...image, last])).toMatchObject({ decoder: image, head: last });
    const row: Layer = { type: "dense", units: 72 };
    expect(networks([elu, row, { type: "reshape", shape: [6, 4, 3] }])).toMatchObject({
      decoder: [elu],
      head: row,
    });
  });

  it("is added otherwise: of kernel 1 after images, dense after rows", () => {
    expect(networks([...image, elu]).head).toEqual({ type: "conv2d", channels: 3, kernel: 1 });
    expect(networks([{ type: "dense", units: 9 }, elu])).not.toHaveProperty("head");
  });

  it("makes each output in the order of the data: the channels of the first, then those of the second", () => {
    const model = modelOf(
      {
        inputShape: [2, 1, 2],
        encoder: [],
        latent: 6,
        decoder: [{ type: "reshape", shape: [2, 1, 3] }, elu],
      },
      hyperparameters.parse({ likelihood: "gaussian", sigma: "decoder" }),
    );
    const trace = new Trace({ training: false });
    const { mean, parameters } = decode(trace, model, input("z", [1, 6]));
    const z = [1, 2, 3, 4, 5, 6];
    const weight = Array.from({ length: 12 }, (_, i) => (i % 7) - 3);
    const feeds = { z, "decoder.likelihood.weight": weight, "decoder.likelihood.bias": [0.5, -0.5, 0, 0] };
    const [means, logVariances] = interpret([mean, parameters.logVariance!], feeds);
    // weight[feature][output · 2 + channel]
    const made = (place: number, column: number) =>
      [0, 1, 2].reduce((sum, feature) => sum + z[place * 3 + feature]! * weight[feature * 4 + column]!, 0);
    expect([...means!]).toEqual([0, 1].flatMap((place) => [made(place, 0) + 0.5, made(place, 1) - 0.5]));
    // What is made of the second outputs is the likelihood's own affair, but it grows with them.
    const second = [0, 1].flatMap((place) => [made(place, 2), made(place, 3)]);
    const order = (values: ArrayLike<number>) => [0, 1, 2, 3].sort((a, b) => values[a]! - values[b]!);
    expect(order(logVariances!)).toEqual(order(second));
  });

  it("must make the shape of the data", () => {
    expect(() => networks([...image, { type: "conv2d", channels: 3, kernel: 3, padding: "valid" }])).toThrow(
      "decoder layer 3 (conv2d) makes 4 × 2 × 3: the data are 6 × 4 × 3",
    );
  });

  it("leaves no setting without effect", () => {
    const layers = { inputShape: [6], encoder: [], latent: 2 };
    expect(() => refuseIdleSettings({ ...parsed, activation: "relu" }, layers)).toThrow(
      "activation is relu but has no effect on networks given layer by layer: say it in the layers",
    );
  });
});
