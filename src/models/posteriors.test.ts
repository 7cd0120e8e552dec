import { describe, expect, it } from "vitest";
import { checkGradient } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { uniform } from "../../test/reference/random.ts";
import * as g from "../graph/build.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import { Trace } from "../nn/scope.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { settingsOfText } from "./choice.ts";
import { posteriors } from "./posteriors.ts";

const FAMILIES = [
  "full-normal",
  "planar:steps=3",
  "radial:steps=3",
  "iaf:steps=2,hidden=5,context=3",
  "maf:steps=2,hidden=5,context=3",
];

/** q of examples whose head gave `output`, [batch, units]. */
function posteriorOf(family: string, trace: Trace, output: (units: number) => Tensor, latent: number) {
  const settings = settingsOfText(family) as { type: string };
  const rule = posteriors.of(settings);
  const complete = posteriors.schema.parse(settings);
  const context = { scope: trace.scope("posterior"), latent, encoded: [latent] };
  const given = output(rule.units(complete, latent));
  return { rule, q: rule.posterior(complete, rule.split(complete, given, context), context) };
}

/** Numbers of either sign for the parameters that a trace has met. */
function parametersOf(trace: Trace) {
  const next = uniform(7);
  return Object.fromEntries(
    [...trace.parameters.values()].map(({ spec: { name, shape } }) => [
      name,
      Float64Array.from({ length: sizeOf(shape) }, () => 1.6 * next() - 0.8),
    ]),
  );
}

function outputs(count: number): Float64Array {
  const next = uniform(3);
  return Float64Array.from({ length: count }, () => 1.6 * next() - 0.8);
}

describe.each(FAMILIES)("the posterior %s", (family) => {
  it("has the log-density that the numerical Jacobian of a draw gives", () => {
    const latent = 3;
    const trace = new Trace({ training: false });
    const noise = g.input("noise", [1, 1, latent]);
    let units = 0;
    const output = (count: number) => {
      units = count;
      return g.input("output", [1, count]);
    };
    const { q } = posteriorOf(family, trace, output, latent);
    const { z, logProb } = q.draw(noise, 1);
    const fixed = { output: outputs(units), ...parametersOf(trace) };
    const epsilon = [0.3, -0.7, 1.1];
    const drawAt = (at: readonly number[]) => interpret([z], { ...fixed, noise: Float64Array.from(at) })[0]!;
    const step = 1e-5;
    const columns = epsilon.map((_, d) => {
      const moved = (by: number) => drawAt(epsilon.map((each, i) => (i === d ? each + by : each)));
      const [above, below] = [moved(step), moved(-step)];
      return Array.from(above, (value, i) => (value - below[i]!) / (2 * step));
    });
    const [a, b, c] = columns as [number[], number[], number[]];
    const determinant =
      a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
      b[0]! * (a[1]! * c[2]! - a[2]! * c[1]!) +
      c[0]! * (a[1]! * b[2]! - a[2]! * b[1]!);
    const base = epsilon.reduce((sum, each) => sum - 0.5 * (each ** 2 + Math.log(2 * Math.PI)), 0);
    const [found] = interpret([logProb!], { ...fixed, noise: Float64Array.from(epsilon) });
    expect(found![0]!).toBeCloseTo(base - Math.log(Math.abs(determinant)), 7);
  });

  it("has a density that integrates to 1, and is that of its draws, where it is known at any point", () => {
    const [side, width, latent] = [300, 24, 2];
    const trace = new Trace({ training: false });
    let units = 0;
    const output = (count: number) => {
      units = count;
      return g.input("output", [2, count]);
    };
    const { q } = posteriorOf(family, trace, output, latent);
    const draw = q.draw(g.input("noise", [2, 5, latent]), 5);
    const feeds = {
      output: outputs(2 * units),
      noise: outputs(2 * 5 * latent),
      ...parametersOf(trace),
    };
    if (!q.logProb) return;
    const [own, again] = interpret([draw.logProb!, q.logProb(draw.z)], feeds);
    for (const [i, value] of own!.entries()) expect(again![i]).toBeCloseTo(value, 9);
    const at = (index: number) => ((index + 0.5) / side - 0.5) * width;
    const grid = Float64Array.from({ length: 2 * side * side }, (_, i) =>
      at(i % 2 ? Math.floor(i / 2) % side : Math.floor(i / 2 / side)),
    );
    const points = g.expand(g.input("points", [1, side * side, 2]), [2, side * side, 2]);
    const [sums] = interpret([g.reduceSum(g.exp(q.logProb(points)), [1])], { ...feeds, points: grid });
    for (const sum of sums!) expect(sum * (width / side) ** 2).toBeCloseTo(1, 3);
  });

  it("has the gradients that differences give, of draw and density", () => {
    const latent = 3;
    const probe = new Trace({ training: false });
    let units = 0;
    posteriorOf(
      family,
      probe,
      (count) => {
        units = count;
        return g.input("output", [2, count]);
      },
      latent,
    ).q.draw(g.input("noise", [2, 2, latent]), 2);
    const specs = [...probe.parameters.values()].map(({ spec }) => spec);
    const build = ([output, noise, ...parameters]: Tensor[]) => {
      const trace = new Trace({ training: false });
      for (const [index, spec] of specs.entries())
        trace.parameters.set(spec.name, { spec, tensor: parameters[index]! });
      const { q } = posteriorOf(family, trace, () => output!, latent);
      const { z, logProb } = q.draw(noise, 2);
      return g.add(g.reduceSum(g.sin(z)), g.reduceSum(logProb!));
    };
    const shapes = [
      { shape: [2, units], values: Array.from(outputs(2 * units)) },
      { shape: [2, 2, latent] },
      ...specs.map(({ shape }) => ({ shape })),
    ];
    expect(checkGradient(build, shapes, { tolerance: 1e-5, coordinates: 40 })).toBeLessThan(1e-5);
  });
});

it("tells what it can of the latent space where densities at other points are not known", async () => {
  const data = stripes(64, 1);
  const vae = new VAE([16, 8, 2], { batchSize: 16, posterior: "iaf:steps=1,hidden=4,context=2" });
  await vae.train(data, { maxIterations: 3 });
  const { evaluateLatents } = await import("../evaluate/latents.ts");
  const { mutualInformation, mmdSquared } = await evaluateLatents(vae, { train: data, data });
  expect(mutualInformation).toBeNaN();
  expect(Number.isFinite(mmdSquared)).toBe(true);
  await vae.dispose();
});

it.each(["full-normal", "iaf", "maf"])("refuses %s of one dimension", (posterior) => {
  const make = () => new VAE([16, 8, 1], { batchSize: 16, posterior: posterior as "iaf" });
  return expect(make().train(stripes(32, 1), { maxIterations: 1 })).rejects.toThrow("one dimension");
});
