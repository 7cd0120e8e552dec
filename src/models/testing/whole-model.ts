import { existsSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect } from "vitest";
import { interpret } from "../../../test/reference/interpret.ts";
import { uniform } from "../../../test/reference/random.ts";
import { type Dataset, dataset, exampleValues } from "../../data/dataset.ts";
import { temporaryFolder } from "../../data/testing/temporary-folder.ts";
import { input } from "../../graph/build.ts";
import { Trace } from "../../nn/scope.ts";
import { collect, stripes } from "../../train/testing/tiny.ts";
import { VAE } from "../../vae/vae.ts";
import type { HyperparametersInput } from "../hyperparameters.ts";
import { priorDensity } from "../networks.ts";
import type { Architecture } from "../sizes.ts";
import { hasStandardPrior } from "../standard-latents.ts";
import { weightsByName } from "../weights.ts";

/** One choice of each value that makes a model. */
export interface Choice {
  readonly prior: NonNullable<HyperparametersInput["prior"]>;
  readonly posterior: NonNullable<HyperparametersInput["posterior"]>;
  readonly likelihood: "bernoulli" | "gaussian" | "negative-binomial";
  readonly network: "dense" | "conv";
  readonly objective: "elbo" | "iwae";
  readonly condition?: HyperparametersInput["condition"];
  /** Hides a third of the values. */
  readonly missing?: "fill" | "indicate" | undefined;
}

const EXAMPLES = 64;
const LATENT = 2;

function dataFor(choice: Choice): Dataset {
  const whole = completeData(choice);
  if (!choice.missing) return whole;
  const next = uniform(8);
  const rows = exampleValues(whole, { start: 0, end: EXAMPLES }).map((value) =>
    next() < 1 / 3 ? Number.NaN : value,
  );
  return dataset(rows, { shape: whole.shape, labels: whole.labels, missing: true, name: "with gaps" });
}

/** 4 × 4 pixels, or counts in their place. */
function completeData({ likelihood }: Choice): Dataset {
  if (likelihood !== "negative-binomial") return stripes(EXAMPLES, 1);
  const next = uniform(5);
  const labels = Uint8Array.from({ length: EXAMPLES }, (_, row) => row % 4);
  const rows = Float32Array.from({ length: 16 * EXAMPLES }, (_, i) =>
    Math.floor((1 + (Math.floor((i % 16) / 4) === labels[Math.floor(i / 16)] ? 8 : 0)) * next()),
  );
  return dataset(rows, { shape: [4, 4, 1], labels, name: "counts" });
}

function settingsFor({
  prior,
  posterior,
  likelihood,
  objective,
  condition,
  missing,
}: Choice): HyperparametersInput {
  return {
    batchSize: 16,
    learningRate: 5e-3,
    prior,
    posterior,
    ...(condition && { condition }),
    ...(missing === "indicate" && { missing }),
    likelihood: likelihood === "gaussian" ? { type: likelihood, sigma: "calibrated" } : likelihood,
    ...(objective === "iwae" && { objective, latentSamples: 3 }),
  };
}

function architectureFor({ network }: Choice): Architecture {
  return network === "dense"
    ? [16, 8, LATENT]
    : { network: "conv", inputShape: [4, 4, 1], channels: [3], kernel: 3, hidden: [6], latent: LATENT };
}

/**
 * Trains a model for 20 steps and makes sure that its bound rises, that a resumed training ends with the same bytes,
 * that a saved model loads to the same outputs, and that its ONNX files agree with it to 1e-5.
 */
export async function checkWholeModel(choice: Choice): Promise<void> {
  const data = dataFor(choice);
  const make = () => new VAE(architectureFor(choice), settingsFor(choice), { inputShape: data.shape });
  const vae = make();
  const settings = { maxIterations: 20, checkpointEvery: 10 };
  const { of } = await collect(vae.trainingEvents(data, settings));
  const bounds = of("iteration").map(({ elbo, bound }) => bound ?? elbo);
  const meanOf = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  expect(meanOf(bounds.slice(-5))).toBeGreaterThan(meanOf(bounds.slice(0, 5)));

  const resumed = make();
  await resumed.train(data, { ...settings, resume: of("checkpoint")[0]!.checkpoint });
  expect(resumed.weights!.parameters).toEqual(vae.weights!.parameters);

  const folder = temporaryFolder();
  await vae.save(join(folder, "run"));
  const loaded = await VAE.load(join(folder, "run"));
  const { mean } = await vae.encode(data);
  expect((await loaded.encode(data)).mean).toEqual(mean);
  const given = choice.condition && { given: { label: 2 } };
  const samples = await vae.sample(6, { seed: 2, ...given });
  expect(await loaded.sample(6, { seed: 2, ...given })).toEqual(samples);
  const { elbo } = await vae.elbo(data);
  expect(Number.isFinite(elbo)).toBe(true);
  const likelihoods = await vae.logLikelihood(data, { samples: 20 });
  expect(likelihoods.every(Number.isFinite)).toBe(true);

  const x = exampleValues(data, { start: 0, end: EXAMPLES });
  const indicators = Float32Array.from({ length: 4 * EXAMPLES }, (_, at) =>
    data.labels![Math.floor(at / 4)] === at % 4 ? 1 : 0,
  );
  const told: Record<string, Input> = choice.condition ? { y: [indicators, [EXAMPLES, 4]] } : {};
  const encoded = await runFile(join(folder, "run", "encoder.onnx"), { x: [x, [EXAMPLES, 16]], ...told });
  expectClose(encoded.mean!, mean);
  const decoded = await runFile(join(folder, "run", "decoder.onnx"), {
    z: [mean, [EXAMPLES, LATENT]],
    ...told,
  });
  expectClose(decoded.x_mean!, await vae.reconstruct(data, { units: "model" }));
  const priorFile = join(folder, "run", "prior.onnx");
  expect(existsSync(priorFile)).toBe(!hasStandardPrior(vae.model));
  if (existsSync(priorFile)) {
    const { inputs, drawn } = await drawsOf(priorFile);
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, [, shape]]) => [name, input(name, shape)]),
    );
    const density = priorDensity(new Trace({ training: false }), vae.model, tensors.y);
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, [values]]) => [name, values]));
    const [expected] = interpret([density.sample(tensors)], { ...weightsByName(vae.weights!), ...feeds });
    expectClose(drawn, Float32Array.from(expected!));
  }
  await Promise.all([vae, resumed, loaded].map((each) => each.dispose()));
}

type Input = readonly [Float32Array, readonly number[]];

async function runFile(
  path: string,
  inputs: Readonly<Record<string, Input>>,
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(path);
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, [values, shape]]) => [name, new Tensor("float32", values, shape)]),
  );
  const outputs = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

/** Five draws by a prior's file, from noise that lies in the range of either kind. */
async function drawsOf(path: string): Promise<{ inputs: Record<string, Input>; drawn: Float32Array }> {
  const session = await InferenceSession.create(path);
  const next = uniform(4);
  const inputs = session.inputMetadata.map((each): [string, Input] => {
    const row = "shape" in each ? each.shape.slice(1).map(Number) : [1];
    const length = row.reduce((product, size) => product * size, 5);
    return [each.name, [Float32Array.from({ length }, next), [5, ...row]]];
  });
  await session.release();
  const given = Object.fromEntries(inputs);
  return { inputs: given, drawn: (await runFile(path, given)).z! };
}

function expectClose(found: Float32Array, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  for (const [index, value] of expected.entries())
    expect(Math.abs(found[index]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
}
