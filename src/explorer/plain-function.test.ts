import { afterAll, describe, expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { weightsByName } from "../models/weights.ts";
import type { Layer } from "../nn/layers.ts";
import { VAE } from "../vae/vae.ts";
import { PlainFunction } from "./plain-function.ts";
import { decoderProgram, encoderProgram } from "./program.ts";

const bytes = Uint8Array.from({ length: 40 * 64 }, (_, i) => (i * 37 + (i >> 6) * 11) % 256);
const images = dataset(bytes, { shape: [8, 8, 1], divisor: 255 });

const layered: { inputShape: number[]; encoder: Layer[]; latent: number; decoder: Layer[] } = {
  inputShape: [8, 8, 1],
  encoder: [
    { type: "conv2d", channels: 4, kernel: 3, stride: 2 },
    { type: "batchNorm" },
    { type: "activation", activation: "gelu" },
    { type: "residual", layers: [{ type: "conv2d", channels: 4, kernel: 3 }] },
    { type: "groupNorm", groups: 2 },
    { type: "maxPool", size: 2 },
  ],
  latent: 3,
  decoder: [
    { type: "dense", units: 16 },
    { type: "layerNorm" },
    { type: "activation", activation: "leakyRelu" },
    { type: "reshape", shape: [2, 2, 4] },
    { type: "convTranspose2d", channels: 6, kernel: 4, stride: 2 },
    { type: "activation", activation: "silu" },
    { type: "upsample", factor: 2, mode: "bilinear" },
    { type: "conv2d", channels: 1, kernel: 3 },
  ],
};

describe.each([
  ["dense, elu, Bernoulli", [64, 20, 12, 2], { activation: "elu", likelihood: "bernoulli" }],
  ["dense, tanh, Laplace", [64, 20, 2], { activation: "tanh", likelihood: "laplace" }],
  ["convolutions and normalisations", layered, { likelihood: "bernoulli" }],
  ["mixture of logistics", [64, 9, 2], { likelihood: "discretized-logistic-mixture", mixtures: 2 }],
] as const)("%s", (_, architecture, settings) => {
  const vae = new VAE(architecture as never, { batchSize: 20, ...settings } as never, {
    inputShape: [8, 8, 1],
  });
  afterAll(() => vae.dispose());

  it("gives the engine's numbers", async () => {
    await vae.train(images, { maxIterations: 3 });
    const tensors = weightsByName(vae.weights!);
    const encoder = new PlainFunction(encoderProgram(vae.model), tensors);
    const decoder = new PlainFunction(decoderProgram(vae.model), tensors);
    const codes = await vae.encode(images);
    const { latent } = vae.model;
    const pictures = await vae.decode(codes.mean);
    for (const example of [0, 7, 39]) {
      const x = Float32Array.from(bytes.subarray(example * 64, (example + 1) * 64), (byte) => byte / 255);
      const code = encoder.run({ x });
      const z = codes.mean.subarray(example * latent, (example + 1) * latent);
      for (let d = 0; d < latent; d++) {
        expect(code.mean![d]).toBeCloseTo(z[d]!, 4);
        expect(code.logVariance![d]).toBeCloseTo(codes.logVariance[example * latent + d]!, 4);
      }
      const { mean } = decoder.run({ z });
      for (let i = 0; i < 64; i++) expect(mean![i]).toBeCloseTo(pictures[example * 64 + i]!, 5);
    }
  });

  it("refuses inputs of another size", () => {
    const decoder = new PlainFunction(decoderProgram(vae.model), weightsByName(vae.weights!));
    expect(() => decoder.run({ z: [1] })).toThrow("z has 1 values");
  });
});
