import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { interpret } from "../../test/reference/interpret.ts";
import { evaluateLatents } from "../evaluate/latents.ts";
import * as g from "../graph/build.ts";
import { sizeOf } from "../graph/node.ts";
import { zeros } from "../nn/initializers.ts";
import { Trace } from "../nn/scope.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import type { ModelConfig } from "./config.ts";
import type { PriorRule } from "./latent.ts";
import { priorDensity } from "./networks.ts";
import { posteriorRule, posteriors } from "./posteriors.ts";
import { type Prior, priors } from "./priors.ts";
import { modelSchema } from "./schema/model.ts";

const settings = z.strictObject({ type: z.literal("laplace") });

/** A prior of the tests alone: independent Laplace variables with one trained scale, without a closed form of the KL. */
const laplace: PriorRule<z.output<typeof settings>> = {
  type: "laplace",
  title: "Laplace",
  settings,
  factorises: false,
  density(_, { scope, latent }) {
    const logScale = scope.parameter("log_scale", [1], zeros, { decay: false });
    return {
      logProb: (point) => {
        const scaled = g.mul(g.abs(point), g.exp(g.neg(logScale)));
        return g.neg(g.reduceSum(g.add(g.add(scaled, logScale), Math.LN2), [-1]));
      },
      noise: [{ name: "uniform", distribution: "uniform", shape: [latent] }],
      sample: ({ uniform }) => {
        const centred = g.sub(uniform!, 0.5);
        const tail = g.log(g.sub(1, g.mul(g.abs(centred), 2)));
        const sign = g.where(g.less(centred, 0), 1, -1);
        return g.mul(g.mul(sign, tail), g.exp(logScale));
      },
    };
  },
};

let remove: () => void;
beforeAll(() => {
  remove = priors.add(laplace);
});
afterAll(() => remove());

const data = stripes(200, 1);
const plain = new VAE([16, 8, 2], { batchSize: 16 }).model;

function modelWith(prior: string): ModelConfig {
  return { ...plain, prior: { type: prior } as Prior };
}

describe.each(["standard-normal", "laplace"])("the prior %s", (type) => {
  const model = modelWith(type);

  it("is read from a configuration", () => {
    expect(modelSchema.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
    const unknown = { ...model, prior: { type: "nothing" } };
    expect(modelSchema.safeParse(unknown).error?.issues[0]?.path).toEqual(["prior", "type"]);
  });

  it("has a density that integrates to 1", () => {
    const [side, width] = [400, 30];
    const trace = new Trace({ training: false });
    const points = g.input("points", [side * side, 2]);
    const density = g.reduceSum(g.exp(priorDensity(trace, model).logProb(points)));
    const at = (index: number) => ((index + 0.5) / side - 0.5) * width;
    const grid = Float64Array.from({ length: 2 * side * side }, (_, i) =>
      at(i % 2 ? Math.floor(i / 2) % side : Math.floor(i / 2 / side)),
    );
    const [sum] = interpret([density], { points: grid, "prior.log_scale": [0.2] });
    expect(sum![0]! * (width / side) ** 2).toBeCloseTo(1, 3);
  });

  it.each(["elbo", "iwae", "dreg"] as const)("trains, samples and evaluates with %s", async (objective) => {
    const latentSamples = objective === "elbo" ? 1 : 3;
    const options = { batchSize: 16, learningRate: 1e-2, objective, latentSamples };
    const vae = new VAE([16, 8, 2], options, { model });
    const elbos: number[] = [];
    await vae.train(data, {
      maxIterations: 20,
      onEvent: (event) => {
        if (event.type === "iteration") elbos.push(event.elbo);
      },
    });
    expect(elbos.at(-1)!).toBeGreaterThan(elbos[0]!);
    const { elbo, kl, reconstruction } = await vae.elbo(data, { samples: 20 });
    expect(elbo).toBeCloseTo(reconstruction - kl, 4);
    const likelihoods = await vae.logLikelihood(data, { samples: 50 });
    const mean = likelihoods.reduce((sum, each) => sum + each, 0) / likelihoods.length;
    expect(mean).toBeGreaterThan(elbo - 0.05);
    const samples = await vae.sample(5, { seed: 3 });
    expect(samples).toHaveLength(80);
    expect(await vae.sample(5, { seed: 3 })).toEqual(samples);
    const { marginalKl, mutualInformation } = await evaluateLatents(vae, { train: data, data });
    expect(marginalKl + mutualInformation).toBeGreaterThan(0);
    expect(Math.abs(marginalKl + mutualInformation - kl)).toBeLessThan(0.3);
    await vae.dispose();
  });
});

it("refuses free bits where the KL splits neither by dimension", async () => {
  const vae = new VAE([16, 8, 2], { batchSize: 16, freeBits: 1 }, { model: modelWith("laplace") });
  await expect(vae.train(data, { maxIterations: 1 })).rejects.toThrow("splits neither by dimension");
});

describe.each(posteriors.types)("the posterior %s", (type) => {
  const rule = posteriors.of({ type });
  const small = {
    "vector-quantized": { dimensions: 2 },
    ladder: { layers: [1, 1] },
    concrete: { classes: 2 },
  }[type];
  const family = posteriors.schema.parse({ type, ...small });

  it("gives draws of the shape asked for, with a log-density of each where it has one", () => {
    const trace = new Trace({ training: false });
    const context = { scope: trace.scope("posterior"), latent: 2, encoded: [5] };
    const units = rule.units(family, 2);
    const output = g.input("output", [3, units]);
    const parameters = rule.split(family, output, context);
    expect(Object.keys(parameters)).toEqual(Object.keys(rule.parameters));
    const q = rule.posterior(family, parameters, context);
    const noise = q.noise && g.input("noise", [3, 4, ...q.noise]);
    const draw = q.draw(noise, 4);
    expect(draw.z.shape).toEqual([3, 4, 2]);
    expect(draw.logProb?.shape).toEqual(rule.hasDensity ? [3, 4] : undefined);
    if (!draw.logProb || !q.logProb) return;
    const feeds = {
      output: Float64Array.from({ length: 3 * units }, (_, i) => Math.sin(i)),
      noise: Float64Array.from({ length: 12 * sizeOf(q.noise ?? []) }, (_, i) => Math.cos(3 * i)),
      ...Object.fromEntries(
        [...trace.parameters.values()].map(({ spec: { name, shape } }) => [
          name,
          Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(2 * i + 1)),
        ]),
      ),
    };
    const [own, again] = interpret([draw.logProb, q.logProb(draw.z)], feeds);
    for (const [i, value] of Array.from(own!).entries()) expect(again![i]).toBeCloseTo(value, 9);
  });
});

it("takes the stored spelling of a point posterior for what it is", () => {
  expect(posteriorRule({ deterministic: true }).type).toBe("point");
  expect(posteriorRule({}).type).toBe("normal");
  const both = { ...plain, deterministic: true, posterior: { type: "normal" } };
  expect(modelSchema.safeParse(both).success).toBe(false);
});
