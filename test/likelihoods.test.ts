import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { dataset, exampleValues } from "../src/data/dataset.ts";
import { temporaryFolder } from "../src/files/testing/folder.ts";
import { LIKELIHOODS } from "../src/nn/distributions/likelihood.ts";
import { ModelProtoSchema } from "../src/onnx/generated/onnx_pb.ts";
import { VAE } from "../src/vae/vae.ts";
import { between, uniform } from "./reference/random.ts";

const EXAMPLES = 256;
const SIDE = 4;
const ITERATIONS = 150;

/** Bars of 8-bit grey, bright above or below a line that moves: two facts about each image. */
function bars() {
  const next = uniform(7);
  const rows = new Uint8Array(EXAMPLES * SIDE * SIDE);
  for (let example = 0; example < EXAMPLES; example++) {
    const edge = next() * SIDE;
    const brightness = 80 + 150 * next();
    for (let i = 0; i < SIDE * SIDE; i++)
      rows[example * SIDE * SIDE + i] = (Math.floor(i / SIDE) < edge ? brightness : 20) + 20 * next();
  }
  return dataset(rows, { shape: [SIDE, SIDE, 1], divisor: 255 });
}

const SETTINGS = [
  { likelihood: "bernoulli" },
  { likelihood: "continuous-bernoulli" },
  { likelihood: "gaussian", sigma: "calibrated" },
  { likelihood: "gaussian", sigma: "decoder" },
  { likelihood: "laplace", sigma: "calibrated" },
  { likelihood: "laplace", sigma: "perDimension" },
  { likelihood: "student-t", sigma: "shared", degreesOfFreedom: "learned" },
  { likelihood: "discretized-logistic", logisticScale: "shared" },
  { likelihood: "discretized-logistic-mixture", mixtures: 2 },
] as const;

it("every likelihood of images is among them", () => {
  const tried = new Set<string>(SETTINGS.map(({ likelihood }) => likelihood));
  const ofOtherData = [
    "poisson",
    "negative-binomial",
    "zero-inflated-negative-binomial",
    "categorical",
    "mixed",
  ];
  expect(LIKELIHOODS.filter((name) => !tried.has(name) && !ofOtherData.includes(name))).toEqual([]);
});

describe.each(SETTINGS)("%j", (settings) => {
  const data = bars();

  it("trains, evaluates as it trained, and opens in plain onnxruntime-node with its parameters", async () => {
    const vae = new VAE([SIDE * SIDE, 32, 2], { batchSize: 64, learningRate: 3e-3, ...settings });
    const first = await vae.train(data, { maxIterations: 1, seed: 3 });
    const last = await vae.train(data, { maxIterations: ITERATIONS, seed: 4 });
    expect(last.elbo!).toBeGreaterThan(first.elbo!);
    const { elbo } = await vae.elbo(data);
    expect(Math.abs(elbo - last.elbo!)).toBeLessThan(0.25 * Math.abs(last.elbo! - first.elbo!) + 1);
    const [bound] = await vae.logLikelihood(data, { samples: 20 });
    expect(Number.isFinite(bound)).toBe(true);

    const samples = await vae.sample(50, { seed: 1 });
    expect(samples.every(Number.isFinite)).toBe(true);
    const rows = exampleValues(data, { start: 0, end: EXAMPLES });
    const means = await vae.reconstruct(data);
    const average = rows.reduce((sum, value) => sum + value, 0) / rows.length;
    const squares = (other: (i: number) => number) =>
      rows.reduce((sum, value, i) => sum + (value - other(i)) ** 2, 0);
    expect(squares((i) => means[i]!)).toBeLessThan(0.5 * squares(() => average));

    const directory = join(await temporaryFolder(), "run");
    await vae.save(directory);
    const z = Float32Array.from(between(14, 9, -2, 2));
    const decoded = await vae.decode(z);
    await vae.dispose();
    const loaded = await VAE.load(directory);
    expect(await loaded.decode(z)).toEqual(decoded);
    expect(loaded.model.likelihood).toEqual(vae.model.likelihood);
    await loaded.dispose();

    const bytes = await readFile(join(directory, "decoder.onnx"));
    const session = await InferenceSession.create(bytes);
    const outputs = await session.run({ z: new Tensor("float32", z, [7, 2]) });
    for (const [i, value] of (outputs.x_mean!.data as Float32Array).entries())
      expect(Math.abs(value - decoded[i]!)).toBeLessThan(1e-5);
    const { graph } = fromBinary(ModelProtoSchema, bytes);
    for (const { name, docString } of graph!.output) {
      const { dims, data: values } = outputs[name]!;
      expect(dims[0]).toBe(7);
      expect(dims.at(-1)).toBe(SIDE * SIDE);
      expect((values as Float32Array).every(Number.isFinite)).toBe(true);
      expect(docString).toMatch(/^(Mean|Parameter) of p\(x\|z\): /);
    }
    expect(graph!.output.length).toBeGreaterThan(1);
  });
});
