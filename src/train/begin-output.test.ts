import { expect, it } from "vitest";
import { between } from "../../test/reference/random.ts";
import { dataset } from "../data/dataset.ts";
import { modelOf } from "../models/build.ts";
import type { ModelConfig } from "../models/config.ts";
import { hyperparameters, storedHyperparameters } from "../models/hyperparameters.ts";
import type { Architecture } from "../models/sizes.ts";
import { weightsByName, weightsLayout } from "../models/weights.ts";
import { VAE } from "../vae/vae.ts";
import { beginOutput } from "./begin-output.ts";
import { initialWeights } from "./initialize.ts";

const EXAMPLES = 50;
const SIDE = 6;
const CHANNELS = 3;
/** Each channel has a mean of its own. */
const images = between(EXAMPLES * SIDE * SIDE * CHANNELS, 1, 0, 1).map(
  (value, i) => value / (1 + (i % CHANNELS)),
);
const rows = Float32Array.from(images);

function modelFrom(architecture: Architecture, settings: object): ModelConfig {
  return modelOf(architecture, hyperparameters.parse(settings));
}

it("a dense head begins at the mean of each value, a convolution at that of each channel; all else is as drawn", async () => {
  const shape = [SIDE, SIDE, CHANNELS];
  const data = dataset(rows, { shape });
  const width = SIDE * SIDE * CHANNELS;
  const network = {
    network: "conv",
    inputShape: shape,
    channels: [4],
    kernel: 3,
    hidden: [8],
    latent: 2,
  } as const;
  const meanOf = (indices: number[]) => indices.reduce((sum, i) => sum + rows[i]!, 0) / indices.length;
  const all = [...rows.keys()];
  for (const [model, outputs, logitsOf] of [
    [modelFrom([width, 8, 2], {}), width, (unit: number) => all.filter((i) => i % width === unit)],
    [modelFrom(network, {}), CHANNELS, (unit: number) => all.filter((i) => i % CHANNELS === unit)],
  ] as const) {
    const layout = weightsLayout(model);
    const drawn = await initialWeights(layout, 5);
    const begun = { ...drawn, parameters: drawn.parameters.slice() };
    beginOutput(begun, model, data);
    const { "decoder.likelihood.bias": before, ...others } = weightsByName(drawn);
    const { "decoder.likelihood.bias": bias, ...left } = weightsByName(begun);
    expect(left).toEqual(others);
    expect(before!.every((value) => value === 0)).toBe(true);
    expect(bias!.length).toBe(outputs);
    for (let unit = 0; unit < outputs; unit++)
      expect(1 / (1 + Math.exp(-bias![unit]!))).toBeCloseTo(meanOf(logitsOf(unit)), 5);
  }
});

it("values are centred and scaled as the model sees them, and one odd row does not move the bias", () => {
  const values = Float64Array.from({ length: 400 }, (_, i) => 500 + 2 * (i % 7));
  const model = modelFrom([2, 4, 1], { likelihood: "gaussian" });
  const layout = weightsLayout(model);
  const biasFor = (row: Float64Array) => {
    const data = dataset(row, { shape: [2], divisor: 2 });
    const preprocess = { center: [250, 200], spread: [1, 10] };
    const weights = {
      layout,
      parameters: new Float32Array(layout.parameters.length),
      states: new Float32Array(0),
    };
    beginOutput(weights, model, { ...data, preprocess });
    return weightsByName(weights)["decoder.likelihood.bias"]!;
  };
  const mean = (column: number) => values.filter((_, i) => i % 2 === column).reduce((a, b) => a + b, 0) / 200;
  expect(biasFor(values)[0]).toBeCloseTo(mean(0) / 2 - 250, 4);
  expect(biasFor(values)[1]).toBeCloseTo((mean(1) / 2 - 200) / 10, 4);
  const odd = values.slice();
  odd[20] = 1e30;
  expect(biasFor(odd)[0]).toBeCloseTo(3, 0);
});

it.each([{}, { deterministic: true }])(
  "a class VAE of %j begins there, unless its outputs are to begin at 0",
  async (settings) => {
    const means = [0.1, 0.5, 0.8];
    const data = Float32Array.from({ length: 300 }, (_, i) => means[i % 3]!);
    const decoded = async (outputBias: "data" | "zero") => {
      const vae = new VAE([3, 4, 2], { batchSize: 10, learningRate: 1e-9, outputBias, ...settings });
      await vae.train(data, { maxIterations: 1 });
      const rows = await vae.decode(Float32Array.of(0.3, -0.2));
      await vae.dispose();
      return Array.from(rows, (p) => Math.log(p / (1 - p)));
    };
    const [begun, zero] = [await decoded("data"), await decoded("zero")];
    for (const [i, mean] of means.entries())
      expect(begun[i]! - zero[i]!).toBeCloseTo(Math.log(mean / (1 - mean)), 3);
  },
);

it("runs of version 0.1, whose configuration does not say it, begin at 0", () => {
  expect(storedHyperparameters.parse({}).outputBias).toBe("zero");
  expect(hyperparameters.parse({}).outputBias).toBe("data");
});
