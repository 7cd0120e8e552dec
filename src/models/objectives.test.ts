import { describe, expect, it } from "vitest";
import { interpret } from "../../test/reference/interpret.ts";
import { between, signed, uniform } from "../../test/reference/random.ts";
import { feedsOf } from "../../test/reference/trace.ts";
import * as g from "../graph/build.ts";
import { gradient } from "../graph/gradient.ts";
import type { Tensor } from "../graph/node.ts";
import { simplify } from "../graph/rewrite.ts";
import { Trace } from "../nn/scope.ts";
import { trainingGraph } from "../train/training-graph.ts";
import type { ModelConfig } from "./config.ts";
import { importanceWeightsFrom } from "./importance-weighted.ts";
import { klPenalty } from "./kl-penalty.ts";
import { encode } from "./networks.ts";
import { EVIDENCE_LOWER_BOUND, lossTerms, type Objective } from "./objective.ts";

const BATCH = 3;
const model: ModelConfig = {
  inputShape: [5],
  encoder: [
    { type: "dense", units: 6 },
    { type: "activation", activation: "tanh" },
  ],
  latent: 2,
  decoder: [
    { type: "dense", units: 6 },
    { type: "activation", activation: "tanh" },
  ],
  likelihood: { type: "bernoulli" },
};

function terms(objective: Objective, samples: number, beta = 1) {
  const trace = new Trace({ training: true });
  const x = g.input("x", [BATCH, 5]);
  const scheduled = { beta: g.constant(beta), capacity: g.constant(0) };
  const loss = lossTerms(trace, model, objective, { x }, scheduled, samples);
  const parameters = [...trace.parameters.values()];
  return { trace, x, loss, parameters };
}

const data = between(BATCH * 5, 3, 0, 1);

describe("iwae", () => {
  it("is the ELBO's own graph with one draw, bit for bit", () => {
    const sizes = { batchSize: BATCH, latentSamples: 1 };
    const elbo = trainingGraph(model, EVIDENCE_LOWER_BOUND, sizes).graph;
    const iwae = trainingGraph(model, { type: "iwae" }, sizes).graph;
    const feeds = everything(trainingGraph(model, { type: "iwae" }, sizes), 4);
    expect(interpret(iwae, feeds)).toEqual(interpret(elbo, feeds));
  });

  it("is ln of the mean of p(x, z)/q(z|x)", () => {
    const { trace, x, loss } = terms({ type: "iwae" }, 4);
    const other = new Trace({ training: true });
    const weights = importanceWeightsFrom(other, model, { x }, encode(other, model, { x }), 4);
    const feeds = feedsOf(trace, 7, { x: data });
    const [bound, logWeights, total] = interpret([loss.bound!, weights, loss.loss], feeds);
    const expected = Array.from({ length: BATCH }, (_, row) => {
      const own = Array.from(logWeights!).slice(4 * row, 4 * row + 4);
      return Math.log(own.reduce((sum, weight) => sum + Math.exp(weight), 0) / 4);
    });
    for (const [row, value] of expected.entries()) expect(bound![row]).toBeCloseTo(value, 10);
    expect(total![0]).toBeCloseTo(-expected.reduce((sum, value) => sum + value, 0), 10);
  });

  it("stays finite where weights underflow", () => {
    const { trace, loss } = terms({ type: "iwae" }, 3);
    const feeds = feedsOf(trace, 7, { x: data.map((value) => 2000 * value) });
    expect(interpret([loss.bound!], feeds)[0]!.every(Number.isFinite)).toBe(true);
  });

  it.each([1, 0.3])("has the gradient that differences give, with β = %d", (beta) => {
    const { trace, loss, parameters } = terms({ type: "iwae" }, 3, beta);
    const feeds = feedsOf(trace, 5, { x: data });
    const gradients = gradient(
      loss.loss,
      parameters.map(({ tensor }) => tensor),
    );
    for (const [which, { spec }] of parameters.entries()) {
      const [found] = interpret([gradients[which]!], feeds);
      const at = Array.from(feeds[spec.name]!);
      const lossAt = (index: number, moved: number) =>
        interpret([loss.loss], { ...feeds, [spec.name]: at.with(index, at[index]! + moved) })[0]![0]!;
      for (const index of at.keys()) {
        const slope = (lossAt(index, 1e-5) - lossAt(index, -1e-5)) / 2e-5;
        expect(found![index], spec.name).toBeCloseTo(slope, 7);
      }
    }
  });
});

describe("dreg", () => {
  const DRAWS = 1500;
  const SAMPLES = 5;
  const [iwae, dreg] = [gradientDraws("iwae"), gradientDraws("dreg")];

  it.each([1, 0.3])("gives the decoder the gradient of iwae, with β = %d", (beta) => {
    const [plain, reparameterized] = (["iwae", "dreg"] as const).map((type) =>
      gradientDraws(type, { beta, count: 3 }),
    );
    for (const [index, name] of plain!.names.entries())
      if (name.startsWith("decoder"))
        for (const [draw, found] of reparameterized!.draws.entries())
          expect(found[index]).toBeCloseTo(plain!.draws[draw]![index]!, 9);
  });

  it("agrees with iwae's gradient of the encoder in expectation", () => {
    for (const [index, name] of iwae.names.entries()) {
      if (!name.startsWith("encoder")) continue;
      const differences = iwae.draws.map((draw, which) => draw[index]! - dreg.draws[which]![index]!);
      const { mean, variance } = moments(differences);
      // 26 values: one in a million runs would go beyond five standard errors by chance.
      expect(Math.abs(mean), `${name} ${index}`).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
    }
  });

  it("has less variance", () => {
    const total = ({ names, draws }: typeof iwae) =>
      names.reduce((sum, name, index) => {
        const own = draws.map((draw) => draw[index]!);
        return name.startsWith("encoder") ? sum + moments(own).variance : sum;
      }, 0);
    expect(total(dreg)).toBeLessThan(0.8 * total(iwae));
  });

  /** Gradients of one example's bound for many draws of noise, from the same stream for both objectives. */
  function gradientDraws(type: "iwae" | "dreg", { beta = 1, count = DRAWS } = {}) {
    const trace = new Trace({ training: true });
    const x = g.input("x", [1, 5]);
    const scheduled = { beta: g.constant(beta), capacity: g.constant(0) };
    const { loss } = lossTerms(trace, model, { type }, { x }, scheduled, SAMPLES);
    const parameters = [...trace.parameters.values()];
    const { outputs } = simplify({
      outputs: Object.fromEntries(
        gradient(
          loss,
          parameters.map(({ tensor }) => tensor),
        ).map((tensor, index) => [parameters[index]!.spec.name, tensor]),
      ),
    });
    // A posterior not far from the true one, as training leaves it: there the score's noise is what remains.
    const fixed = feedsOf(trace, 2, { x: data.slice(0, 5) });
    const next = uniform(9);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const draws = Array.from({ length: count }, () => {
      const epsilon = Float64Array.from({ length: SAMPLES * model.latent }, normal);
      const found = interpret({ outputs }, { ...fixed, "latent.epsilon": epsilon });
      return Object.values(found).flatMap((values) => Array.from(values as ArrayLike<number>));
    });
    const names = parameters.flatMap(({ spec }) =>
      Array<string>(spec.shape.reduce((product, size) => product * size, 1)).fill(spec.name),
    );
    return { names, draws };
  }
});

describe("klPenalty", () => {
  const kl = g.input("kl", [2, 3]);
  const beta = g.input("beta", []);
  const capacity = g.input("capacity", []);
  const feeds = { kl: [1, 0.1, 3, 2, 0.3, 1], beta: [0.5], capacity: [5] };
  const value = (tensor: Tensor) => Array.from(interpret([tensor], feeds)[0]!);

  it("weighs the sum", () => {
    expect(value(klPenalty({ type: "weighted" }, { dimensions: kl }, beta, capacity))[0]).toBeCloseTo(
      0.5 * 7.4,
      12,
    );
  });

  it("leaves a dimension its free nats, averaged over the batch", () => {
    const penalty = klPenalty({ type: "freeBits", nats: 1.6 }, { dimensions: kl }, beta, capacity);
    // Means 1.5, 0.2 and 2: the first two are within 1.6.
    expect(value(penalty)[0]).toBeCloseTo(0.5 * 2 * (1.6 + 1.6 + 2), 12);
    expect(value(gradient(penalty, [kl])[0]!)).toEqual([0, 0, 0.5, 0, 0, 0.5]);
  });

  it("pulls to the capacity from both sides", () => {
    const below = klPenalty({ type: "capacity" }, { dimensions: kl }, beta, capacity);
    // The mean KL is 3.7, 1.3 below the aim.
    expect(value(below)[0]).toBeCloseTo(0.5 * 2 * 1.3, 12);
    expect(value(gradient(below, [kl])[0]!)).toEqual(Array(6).fill(-0.5));
    const above = klPenalty({ type: "capacity" }, { dimensions: kl }, beta, g.constant(1));
    expect(value(above)[0]).toBeCloseTo(0.5 * 2 * 2.7, 12);
    expect(value(gradient(above, [kl])[0]!)).toEqual(Array(6).fill(0.5));
  });
});

function everything(
  { parameters, noises }: ReturnType<typeof trainingGraph>,
  seed: number,
): Record<string, ArrayLike<number>> {
  const sized = [...parameters, ...noises].map(({ name, shape }, index) => [
    name,
    signed(
      shape.reduce((product, size) => product * size, 1),
      seed + index,
    ),
  ]);
  return { x: data, beta: [0.7], ...Object.fromEntries(sized) };
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}
