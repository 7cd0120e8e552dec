import { describe, expect, it } from "vitest";
import { checkGradient } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import { uniform } from "../../../test/reference/random.ts";
import * as g from "../../graph/build.ts";
import { sizeOf, type Tensor } from "../../graph/node.ts";
import { Trace } from "../../nn/scope.ts";
import { collect, stripes } from "../../train/testing/tiny.ts";
import { VAE } from "../../vae/vae.ts";
import type { PriorContext } from "../latent.ts";
import { ladder } from "../posteriors/ladder.ts";
import { type LadderSettings, ladderOf } from "./blocks.ts";
import { topDown } from "./top-down.ts";

const SETTINGS: LadderSettings = { type: "ladder", layers: [1, 1], hidden: 3, blocks: 1 };
const contextOf = (trace: Trace) => ({ scope: trace.scope("posterior"), latent: 2, encoded: [4] });

function valuesOf(trace: Trace, seed = 5): Record<string, Float64Array> {
  const next = uniform(seed);
  return Object.fromEntries(
    [...trace.parameters.values()].map(({ spec: { name, shape } }) => [
      name,
      Float64Array.from({ length: sizeOf(shape) }, () => 1.6 * next() - 0.8),
    ]),
  );
}

describe("a ladder of two layers", () => {
  const trace = new Trace({ training: false });
  const context = contextOf(trace);
  const prior = ladder.ownPrior!.density({ type: "top-down" }, {
    posterior: { settings: SETTINGS, context },
  } as unknown as PriorContext);

  it("has a prior that integrates to 1, and whose draws have the moments of its density", () => {
    const [side, width] = [240, 20];
    const points = g.input("points", [side * side, 2]);
    const density = g.exp(prior.logProb(points));
    const column = (d: number) => g.reshape(g.slice(points, 1, d, d + 1), [side * side]);
    const moments = [0, 1].map((d) => g.reduceSum(g.mul(density, column(d))));
    const at = (index: number) => ((index + 0.5) / side - 0.5) * width;
    const grid = Float64Array.from({ length: 2 * side * side }, (_, i) =>
      at(i % 2 ? Math.floor(i / 2) % side : Math.floor(i / 2 / side)),
    );
    const values = valuesOf(trace);
    const cell = (width / side) ** 2;
    const [sum, ...means] = interpret([g.reduceSum(density), ...moments], { points: grid, ...values });
    expect(sum![0]! * cell).toBeCloseTo(1, 4);
    const noise = Float64Array.from({ length: 8000 }, (_, i) => {
      // Both signs of evenly spaced quantiles, so that the means are exact to the spacing.
      const u = (((i % 2 ? 0.618034 * (i >> 1) : (i >> 1) / 4000) % 1) + 1) % 1;
      return normalQuantile(Math.min(1 - 1e-6, Math.max(1e-6, u)));
    });
    const [drawn] = interpret([prior.sample({ noise: g.input("noise", [4000, 2]) })], { noise, ...values });
    for (const d of [0, 1]) {
      const mean = drawn!.filter((_, i) => i % 2 === d).reduce((a, b) => a + b, 0) / 4000;
      expect(mean).toBeCloseTo(means[d]![0]! * cell, 1);
    }
  });

  it("weighs draws by densities that its numerical Jacobian gives, and by KLs that their mean approaches", () => {
    const own = new Trace({ training: false });
    const inner = contextOf(own);
    const output = g.input("output", [1, 3]);
    const parameters = ladder.split(SETTINGS, output, inner);
    const q = ladder.posterior(SETTINGS, parameters, inner);
    const draw = q.draw(g.input("noise", [1, 1, 2]), 1);
    const fixed = { output: [0.4, -0.3, 0.7], ...valuesOf(own) };
    const run = (noise: number[]) => interpret([draw.z, draw.logProb!], { ...fixed, noise });
    const epsilon = [0.3, -0.8];
    const step = 1e-5;
    const slopes = [0, 1].map((d) => {
      const moved = (by: number) => run(epsilon.map((each, i) => (i === d ? each + by : each)))[0]!;
      const [above, below] = [moved(step), moved(-step)];
      return Array.from(above, (value, i) => (value - below[i]!) / (2 * step));
    }) as [number[], number[]];
    const determinant = slopes[0][0]! * slopes[1][1]! - slopes[0][1]! * slopes[1][0]!;
    const base = epsilon.reduce((sum, each) => sum - 0.5 * (each ** 2 + Math.log(2 * Math.PI)), 0);
    expect(run(epsilon)[1]![0]!).toBeCloseTo(base - Math.log(Math.abs(determinant)), 6);

    const many = q.draw(g.input("noise", [1, 20_000, 2]), 20_000);
    const logPrior = topDown(inner, SETTINGS, { z: many.z }).logPrior;
    const next = uniform(9);
    const noise = Float64Array.from({ length: 40_000 }, () => normalQuantile(next() * (1 - 2e-9) + 1e-9));
    const ratio = g.sub(g.reduceMean(many.logProb!), g.reduceMean(g.reduceSum(logPrior, [1])));
    const [estimate, exact] = interpret([ratio, g.reduceMean(g.reduceSum(many.klOfLayers!, [2]))], {
      ...fixed,
      noise,
    });
    expect(estimate![0]!).toBeCloseTo(exact![0]!, 1);
  });
});

it.each([[[4]], [[3, 3, 4]]])(
  "has the gradients that differences give, of an encoder that ends in %j",
  (encoded) => {
    const latent = ladderOf(SETTINGS, encoded).reduce((sum, { size }) => sum + size, 0);
    const places = encoded.length > 1 ? 9 : 1;
    const build = (trace: Trace, output: Tensor, noise: Tensor) => {
      const context = { scope: trace.scope("posterior"), latent, encoded };
      const q = ladder.posterior(SETTINGS, ladder.split(SETTINGS, output, context), context);
      const { z, logProb, klOfLayers } = q.draw(noise, 2);
      const features = ladder.lift!(SETTINGS, g.reshape(z, [-1, latent]), context);
      return g.add(
        g.add(g.reduceSum(g.sin(z)), g.reduceSum(features)),
        g.add(g.reduceSum(logProb!), g.reduceSum(klOfLayers!)),
      );
    };
    const probe = new Trace({ training: false });
    build(probe, g.input("output", [2, 3 * places]), g.input("noise", [2, 2, latent]));
    const specs = [...probe.parameters.values()].map(({ spec }) => spec);
    const loss = ([output, noise, ...parameters]: Tensor[]) => {
      const trace = new Trace({ training: false });
      for (const [index, spec] of specs.entries())
        trace.parameters.set(spec.name, { spec, tensor: parameters[index]! });
      return build(trace, output!, noise!);
    };
    const next = uniform(11);
    const shapes = [[2, 3 * places], [2, 2, latent], ...specs.map(({ shape }) => shape)].map((shape) => ({
      shape,
      values: Array.from({ length: sizeOf(shape) }, () => 0.6 * next() - 0.3),
    }));
    expect(checkGradient(loss, shapes, { tolerance: 1e-5, coordinates: 12 })).toBeLessThan(1e-5);
  },
);

describe("a model with layers of latents", () => {
  it("logs the KL of each layer, bounds its likelihood, and refuses what does not fit", async () => {
    const data = stripes(256, 1);
    const posterior = "ladder:layers=2+1,hidden=8" as const;
    const settings = { batchSize: 32, learningRate: 5e-3, klWarmup: 50 };
    const vae = new VAE([16, 12, 3], { ...settings, posterior });
    const { of } = await collect(vae.trainingEvents(data, { maxIterations: 200 }));
    const [first, last] = [of("iteration")[0]!, of("iteration").at(-1)!];
    expect(last.elbo).toBeGreaterThan(first.elbo);
    expect(last.measures!.kl_1! + last.measures!.kl_2!).toBeCloseTo(last.kl, 3);
    const { elbo, klPerLayer, kl } = await vae.elbo(data, { samples: 20 });
    expect(klPerLayer.length).toBe(2);
    expect(klPerLayer[0]! + klPerLayer[1]!).toBeCloseTo(kl, 3);
    const likelihoods = await vae.logLikelihood(data, { samples: 200 });
    expect(likelihoods.reduce((sum, each) => sum + each, 0) / 256).toBeGreaterThan(elbo - 0.02);
    const samplesAt = (temperature: number | number[]) => vae.sample(3, { temperature });
    expect(await samplesAt([1, 1])).toEqual(await samplesAt(1));
    expect(await samplesAt([0, 1])).not.toEqual(await samplesAt(1));
    await expect(samplesAt([1, 1, 1])).rejects.toThrow("the model has 2 layers");
    await vae.dispose();
    const wrong = new VAE([16, 12, 4], { ...settings, posterior });
    await expect(wrong.train(data, { maxIterations: 1 })).rejects.toThrow("give latent 3");
    expect(() => new VAE([16, 12, 3], { posterior: "ladder:layers=3" })).toThrow("as in 32+16");
    expect(() => new VAE([16, 12, 3], { posterior, prior: "mixture" })).toThrow("leave the prior out");
  });
});

/** Φ⁻¹ by bisection of an integral of the density: enough for a test. */
function normalQuantile(u: number): number {
  let [low, high] = [-6, 6];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < u) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Φ (Abramowitz & Stegun 1964, 26.2.17). */
function normalShare(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) * polynomial;
  return x > 0 ? 1 - tail : tail;
}
