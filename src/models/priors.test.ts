import { describe, expect, it } from "vitest";
import { checkGradient } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { uniform } from "../../test/reference/random.ts";
import * as g from "../graph/build.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import { Trace } from "../nn/scope.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { settingsOfText, textOfSettings } from "./choice.ts";
import { priorDensity } from "./networks.ts";
import type { PriorInput } from "./priors.ts";

const PRIORS = [
  "mixture:components=3",
  "vamp:components=4",
  "flow:steps=3,hidden=5",
] as const satisfies PriorInput[];

const data = stripes(200, 1);

function modelWith(prior: PriorInput) {
  return new VAE([16, 8, 2], { batchSize: 16, prior }).model;
}

/** Parameters of a traced prior at random, in float64. */
function parametersOf(trace: Trace, scale = 0.5) {
  const next = uniform(7);
  return Object.fromEntries(
    [...trace.parameters.values()].map(({ spec: { name, shape } }) => [
      name,
      Float64Array.from({ length: sizeOf(shape) }, () => scale * (2 * next() - 1)),
    ]),
  );
}

describe.each(PRIORS)("the prior %s", (prior) => {
  const model = modelWith(prior);

  it("has a density that integrates to 1", () => {
    const [side, width] = [300, 24];
    const trace = new Trace({ training: false });
    const points = g.input("points", [side * side, 2]);
    const density = g.reduceSum(g.exp(priorDensity(trace, model).logProb(points)));
    const at = (index: number) => ((index + 0.5) / side - 0.5) * width;
    const grid = Float64Array.from({ length: 2 * side * side }, (_, i) =>
      at(i % 2 ? Math.floor(i / 2) % side : Math.floor(i / 2 / side)),
    );
    const [sum] = interpret([density], { points: grid, ...parametersOf(trace) });
    expect(sum![0]! * (width / side) ** 2).toBeCloseTo(1, 3);
  });

  it("draws from its density: the mean of a function agrees with quadrature", () => {
    const [side, width, draws] = [200, 20, 20_000];
    const trace = new Trace({ training: false });
    const density = priorDensity(trace, model);
    const points = g.input("points", [side * side, 2]);
    const wanted = g.reduceSum(g.mul(g.exp(density.logProb(points)), g.cos(g.reduceSum(points, [1]))));
    const noises = density.noise.map(({ name, shape }) => [name, g.input(name, [draws, ...shape])] as const);
    const drawn = density.sample(Object.fromEntries(noises));
    expect(drawn.shape).toEqual([draws, 2]);
    const found = g.reduceMean(g.cos(g.reduceSum(drawn, [1])));
    const next = uniform(3);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const at = (index: number) => ((index + 0.5) / side - 0.5) * width;
    const feeds = {
      points: Float64Array.from({ length: 2 * side * side }, (_, i) =>
        at(i % 2 ? Math.floor(i / 2) % side : Math.floor(i / 2 / side)),
      ),
      ...Object.fromEntries(
        density.noise.map(({ name, distribution, shape }) => [
          name,
          Float64Array.from({ length: draws * sizeOf(shape) }, distribution === "normal" ? normal : next),
        ]),
      ),
      ...parametersOf(trace),
    };
    const [integral, mean] = interpret([wanted, found], feeds);
    expect(mean![0]!).toBeCloseTo(integral![0]! * (width / side) ** 2, 1);
  });

  it("has the gradients that differences give", () => {
    const trace = new Trace({ training: false });
    priorDensity(trace, model).logProb(g.input("z", [3, 2]));
    const names = [...trace.parameters.values()].map(({ spec }) => spec);
    const build = (inputs: Tensor[]) => {
      const again = new Trace({ training: false });
      for (const [index, spec] of names.entries())
        again.parameters.set(spec.name, { spec, tensor: inputs[index + 1]! });
      return g.reduceSum(priorDensity(again, model).logProb(inputs[0]!));
    };
    const shapes = [{ shape: [3, 2] }, ...names.map(({ shape }) => ({ shape }))];
    expect(checkGradient(build, shapes, { tolerance: 1e-5, coordinates: 40 })).toBeLessThan(1e-5);
  });

  it("trains, and its draws depend on the seed alone", async () => {
    const vae = new VAE([16, 8, 2], { batchSize: 16, learningRate: 1e-2, prior });
    const elbos: number[] = [];
    await vae.train(data, {
      maxIterations: 30,
      onEvent: (event) => {
        if (event.type === "iteration") elbos.push(event.elbo);
      },
    });
    expect(elbos.at(-1)!).toBeGreaterThan(elbos[0]!);
    const { elbo } = await vae.elbo(data, { samples: 20 });
    const likelihoods = await vae.logLikelihood(data, { samples: 50 });
    expect(likelihoods.reduce((sum, each) => sum + each, 0) / likelihoods.length).toBeGreaterThan(
      elbo - 0.05,
    );
    const samples = await vae.sample(5, { seed: 3, temperature: 0.7 });
    expect(await vae.sample(5, { seed: 3, temperature: 0.7 })).toEqual(samples);
    await vae.dispose();
  });
});

describe("settings", () => {
  it("reads short texts, and writes them again", () => {
    const settings = { type: "vamp", components: 100, begin: "random" };
    expect(settingsOfText("vamp:components=100,begin=random")).toEqual(settings);
    expect(settingsOfText(textOfSettings(settings))).toEqual(settings);
    expect(textOfSettings({ type: "normal" })).toBe("normal");
    expect(modelWith("vamp").prior).toEqual({ type: "vamp", components: 500, begin: "data" });
    expect(modelWith({ type: "flow", steps: 2 }).prior).toEqual({ type: "flow", steps: 2, hidden: 64 });
    expect("prior" in modelWith("standard-normal")).toBe(false);
  });

  it.each([
    ["vmp", 'prior is "vmp": it must be one of standard-normal, mixture, vamp, flow'],
    ["vamp:components=0", 'prior is "vamp:components=0": it must be a positive integer for components'],
    [{ type: "vamp", components: 0 }, "prior.components is 0: it must be a positive integer"],
  ])("refuses %j with a sentence", (prior, sentence) => {
    expect(() => modelWith(prior as PriorInput)).toThrow(sentence);
  });

  it("refuses more pseudo-inputs than data, a flow on one dimension, and a prior of a plain autoencoder", async () => {
    const many = new VAE([16, 8, 2], { batchSize: 16, prior: "vamp:components=201" });
    await expect(many.train(data, { maxIterations: 1 })).rejects.toThrow("there are 200 training examples");
    const flow = new VAE([16, 8, 1], { batchSize: 16, prior: "flow" });
    await expect(flow.train(data, { maxIterations: 1 })).rejects.toThrow("z has one dimension");
    expect(() => new VAE([16, 8, 2], { deterministic: true, prior: "vamp" })).toThrow("codes are points");
  });

  it("begins pseudo-inputs at training examples", async () => {
    const vae = new VAE([16, 8, 2], { batchSize: 16, learningRate: 1e-9, prior: "vamp:components=200" });
    await vae.train(data, { maxIterations: 1 });
    const slice = vae.weights!.layout.parameters.slices.find(({ name }) => name === "prior.pseudo_inputs")!;
    const raw = vae.weights!.parameters.subarray(slice.offset, slice.offset + slice.length);
    const mean = raw.reduce((sum, each) => sum + 1 / (1 + Math.exp(-each)), 0) / raw.length;
    expect(mean).toBeCloseTo(77.5 / 255, 1);
    await vae.dispose();
  });
});
