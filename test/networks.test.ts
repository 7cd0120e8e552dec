import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleValues } from "../src/data/dataset.ts";
import type { LayeredArchitecture } from "../src/models/sizes.ts";
import { describe as describeModel, layersOf } from "../src/models/summary.ts";
import {
  activation,
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  dropout,
  groupNorm,
  reshape,
  residual,
} from "../src/nn/layers/words.ts";
import { collect, copy, stripes } from "../src/train/testing/tiny.ts";
import { VAE } from "../src/vae/vae.ts";

const elu = activation("elu");
const NETWORKS: LayeredArchitecture = {
  inputShape: [4, 4, 1],
  encoder: [
    conv2d(6, { kernel: 3, stride: 2 }),
    batchNorm(),
    elu,
    residual([groupNorm(2), elu, conv2d(8, { kernel: 3 })]),
    dropout(0.9),
    dense(12),
    elu,
  ],
  latent: 3,
  decoder: [
    dense(20),
    elu,
    reshape([2, 2, 5]),
    residual([elu, conv2d(5, { kernel: 3 }), groupNorm(5)]),
    convTranspose2d(1, { kernel: 3, stride: 2 }),
  ],
};
/** Two outputs for each value, a mean and a scale: the decoder need not know. */
const HYPERPARAMETERS = { batchSize: 16, likelihood: "gaussian", sigma: "decoder" } as const;
const SETTINGS = { maxIterations: 30, seed: 4 };

let folder: string;
const data = stripes(96);
const vae = new VAE(NETWORKS, HYPERPARAMETERS);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-networks-"));
  await vae.train(data, SETTINGS);
  await vae.save(join(folder, "run"));
});

afterAll(() => rm(folder, { recursive: true }));

describe("networks given layer by layer", () => {
  it("load again without any code", async () => {
    const loaded = await VAE.load(join(folder, "run"));
    expect(loaded.model).toEqual(vae.model);
    expect(loaded.architecture).toEqual(vae.architecture);
    expect(await loaded.encode(data)).toEqual(await vae.encode(data));
    expect(await loaded.elbo(data)).toEqual(await vae.elbo(data));
    await loaded.dispose();
  });

  it("export to ONNX files that give what the library gives, to 1e-5", async () => {
    const x = exampleValues(data, { start: 0, end: 5 });
    const encoder = await InferenceSession.create(await readFile(join(folder, "run", "encoder.onnx")));
    const encoded = await encoder.run({ x: new Tensor("float32", x, [5, 16]) });
    const { mean, logVariance } = await vae.encode(x);
    expectClose(encoded.mean!, mean);
    expectClose(encoded.log_variance!, logVariance);

    const decoder = await InferenceSession.create(await readFile(join(folder, "run", "decoder.onnx")));
    const decoded = await decoder.run({ z: new Tensor("float32", mean, [5, 3]) });
    expectClose(decoded.x_mean!, await vae.decode(mean, { units: "model" }));
  });

  it("go on after an interruption as if there had been none", async () => {
    const whole = await collect(new VAE(NETWORKS, HYPERPARAMETERS).trainingEvents(data, SETTINGS));
    const again = new VAE(NETWORKS, HYPERPARAMETERS);
    const events = again.trainingEvents(data, { ...SETTINGS, checkpointEvery: 10 });
    let checkpoint: Parameters<typeof copy>[0] | undefined;
    for await (const event of events)
      if (event.type === "checkpoint") {
        checkpoint = copy(event.checkpoint);
        break;
      }
    expect(checkpoint!.iteration).toBe(10);
    const rest = new VAE(NETWORKS, HYPERPARAMETERS);
    const resumed = await collect(rest.trainingEvents(data, { ...SETTINGS, resume: checkpoint! }));
    const [expected, found] = [whole, resumed].map((run) => run.of("checkpoint").at(-1)!.checkpoint);
    expect(found!.parameters).toEqual(expected!.parameters);
    expect(found!.states).toEqual(expected!.states);
  });

  it("are listed in a table with their numbers of parameters", () => {
    const { count } = vae.weights!.layout.parameters;
    const layers = layersOf(vae.model);
    expect(layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(count);
    // A projection of 6 channels to 8, its bias, and what stands within: 2·6 and 3·3·6·8 + 8.
    expect(layers.filter(({ name }) => name.startsWith("encoder.3"))).toEqual([
      { name: "encoder.3", layer: "residual", shape: [2, 2, 8], parameters: 56 },
      { name: "encoder.3.0", layer: "groupNorm groups 2", shape: [2, 2, 6], parameters: 12 },
      { name: "encoder.3.1", layer: "activation elu", shape: [2, 2, 6], parameters: 0 },
      { name: "encoder.3.2", layer: "conv2d 8, kernel 3", shape: [2, 2, 8], parameters: 440 },
    ]);
    const table = describeModel(vae.model).split("\n");
    expect(table).toHaveLength(layers.length + 2);
    expect(table[1]).toMatch(/^encoder\.0 +conv2d 6, kernel 3, stride 2 +2 × 2 × 6 +60$/);
    expect(table.at(-1)).toMatch(/^ +all parameters +[\d,]+$/);
  });

  it("are refused with the setting that is wrong", () => {
    const wrong = { ...NETWORKS, encoder: [conv2d(0, { kernel: 3 })] };
    expect(() => new VAE(wrong)).toThrow("encoder.0.channels is 0: it must be a positive integer");
    expect(() => new VAE({ ...NETWORKS, decoder: "mirrored" as "mirror" })).toThrow(
      'decoder is "mirrored": it must be a list of layers, or mirror',
    );
    expect(() => new VAE({ ...NETWORKS, encoder: [conv2d(2, { kernel: 3 }), reshape([5])] })).toThrow(
      "encoder layer 1 (reshape) was given 4 × 4 × 2: it makes 5 and needs 5 values, not 32",
    );
  });
});

describe("a convolutional network", () => {
  it.each(["transposed", "nearest", "bilinear"] as const)("trains on odd sizes, %s", async (upsampling) => {
    const odd = new VAE(
      {
        network: "conv",
        inputShape: [8, 2],
        channels: [3, 4],
        kernel: 3,
        hidden: [8],
        latent: 2,
        upsampling,
      },
      { batchSize: 16, normalization: "group" },
    );
    const before = await odd.train(data, { maxIterations: 1 });
    const after = await odd.train(data, { maxIterations: 60, seed: 1 });
    expect(after.elbo!).toBeGreaterThan(before.elbo! + 2);
    expect(await odd.sample(3)).toHaveLength(3 * 16);
    await odd.dispose();
  });
});

function expectClose({ data }: { readonly data: unknown }, expected: Float32Array): void {
  const found = data as Float32Array;
  expect(found).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(Math.abs(found[index]! - value)).toBeLessThan(1e-5);
}
