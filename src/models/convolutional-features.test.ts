import { describe, expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import type { Layer } from "../nn/layers.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { modelOf } from "./build.ts";
import { type HyperparametersInput, hyperparameters } from "./hyperparameters.ts";
import { weightsLayout } from "./weights.ts";

const CLASSES = 4;
const conv1d: Layer = { type: "conv1d", channels: 3, kernel: 5, stride: 2 };
const conv2d: Layer = { type: "conv2d", channels: 3, kernel: 3, stride: 2 };

function kernelOf(inputShape: readonly number[], encoder: readonly Layer[], settings: HyperparametersInput) {
  const architecture = {
    inputShape: [...inputShape],
    encoder: [...encoder],
    latent: 2,
    decoder: "mirror",
  } as const;
  const model = modelOf(architecture, hyperparameters.parse(settings));
  const { parameterSpecs } = weightsLayout(model);
  return parameterSpecs.find(({ name }) => name.startsWith("encoder.") && name.endsWith(".weight"))!.shape;
}

describe("the indicators of classes", () => {
  const settings = { likelihood: "categorical", classes: CLASSES } as const;

  it.each<[readonly number[], readonly Layer[], readonly number[]]>([
    [[16], [conv1d], [5, CLASSES, 3]],
    [[16, 1], [conv1d], [5, CLASSES, 3]],
    [[16, 2], [conv1d], [5, 2 * CLASSES, 3]],
    [[16], [{ type: "dropout", keepProbability: 0.9 }, conv1d], [5, CLASSES, 3]],
    [[8, 8], [conv2d], [3, 3, CLASSES, 3]],
    [[8, 8, 1], [conv2d], [3, 3, CLASSES, 3]],
    [[16], [{ type: "dense", units: 3 }], [16 * CLASSES, 3]],
  ])("of examples %o are channels of a convolution", (inputShape, encoder, kernel) => {
    expect(kernelOf(inputShape, encoder, settings)).toEqual(kernel);
  });

  it("of neighbouring places are read together", async () => {
    const rows = Float32Array.from({ length: 32 * 16 }, (_, index) => (index * 7) % CLASSES);
    const architecture = (inputShape: number[]) => ({ inputShape, encoder: [conv1d], latent: 2 });
    const withChannels = new VAE(architecture([16, 1]), { ...settings, batchSize: 16 });
    await withChannels.train(rows, { maxIterations: 2 });
    const weights = withChannels.weights!;
    const flat = new VAE(architecture([16]), { ...settings, batchSize: 16 }, { weights });
    expect(await flat.encode(rows)).toEqual(await withChannels.encode(rows));
  });
});

it("columns of a table have no places", () => {
  expect(() => kernelOf([16, 1], [conv1d], { likelihood: "mixed" })).toThrow(
    new ConfigError(
      "likelihood is mixed but the encoder begins with a convolution, and columns of a table have no places: begin with a dense layer",
    ),
  );
});

describe("batch normalisation of one example", () => {
  const encoder: Layer[] = [{ type: "dense", units: 5 }, { type: "batchNorm" }];

  it("is refused where a layer has but one value of each feature", async () => {
    const vae = new VAE({ inputShape: [4, 4, 1], encoder, latent: 2 }, { batchSize: 1 });
    await expect(vae.train(stripes(), { maxIterations: 1 })).rejects.toThrow(
      /^encoder layer 1 \(batchNorm\) was given 5: a batch of one has no spread/,
    );
  });

  it("goes over the places of an image", async () => {
    const settings = {
      network: "conv",
      inputShape: [4, 4, 1],
      channels: [3],
      hidden: [],
      latent: 2,
    } as const;
    const vae = new VAE(settings, { normalization: "batch", batchSize: 1 });
    await vae.train(stripes(), { maxIterations: 20 });
    expect((await vae.elbo(stripes())).elbo).toBeLessThan(0);
  });
});
