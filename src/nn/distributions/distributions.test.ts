import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkGradient, checkLoss } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import { feedsOf, parametersOf } from "../../../test/reference/trace.ts";
import { constant, input, reduceSum } from "../../graph/build.ts";
import { emitModel } from "../../onnx/emit.ts";
import { nodeRuntime } from "../../runtime/node.ts";
import { Trace } from "../scope.ts";
import { bernoulli } from "./bernoulli.ts";
import { likelihoodOf } from "./likelihood.ts";
import { klFromStandardNormal, normal, standardNormalLogProb } from "./normal.ts";

const LOG_2_PI = Math.log(2 * Math.PI);

describe("bernoulli", () => {
  const logProb = (x: number[], logits: number[]): number => {
    const [value] = interpret(
      [bernoulli(input("l", [1, logits.length])).logProb(input("x", [1, x.length]))],
      {
        l: logits,
        x,
      },
    );
    return value![0]!;
  };

  it("is ln σ(l) for 1 and ln σ(−l) for 0", () => {
    expect(logProb([1, 0], [0.3, -1.2])).toBeCloseTo(
      -Math.log1p(Math.exp(-0.3)) - Math.log1p(Math.exp(-1.2)),
      12,
    );
  });

  it("has probabilities that sum to 1", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (logit) => {
        expect(Math.exp(logProb([0], [logit])) + Math.exp(logProb([1], [logit]))).toBeCloseTo(1, 10);
      }),
    );
  });

  it("stays exact for logits of ±100, in the engine's float32 too", async () => {
    const logits = [100, 100, -100, -100, 0, 88.5];
    const x = [1, 0, 1, 0, 0.5, 0];
    const exact = [0, -100, -100, 0, -Math.LN2, -88.5];
    const graph = { outputs: { y: bernoulli(input("l", [6, 1])).logProb(input("x", [6, 1])) } };
    const session = await (await nodeRuntime()).createSession(emitModel(graph));
    const column = (values: number[]) =>
      ({ type: "float32", shape: [6, 1], data: Float32Array.from(values) }) as const;
    const y = { type: "float32", shape: [6], data: new Float32Array(6) } as const;
    await session.bind({ l: column(logits), x: column(x) }, { y }).run();
    for (const [index, value] of exact.entries()) {
      expect(y.data[index]).toBeCloseTo(value, 5);
      expect(logProb([x[index]!], [logits[index]!])).toBeCloseTo(value, 12);
    }
    await session.dispose();
  });

  it("has the gradient that differences give, and its mean σ(l)", () => {
    checkGradient(([l, x]) => reduceSum(bernoulli(l!).logProb(x!)), [{ shape: [3, 4] }, { shape: [3, 4] }]);
    const [mean] = interpret([bernoulli(input("l", [2])).mean], { l: [0, Math.log(3)] });
    expect([...mean!]).toEqual([0.5, expect.closeTo(0.75, 12)]);
  });

  it("samples 1 where uniform noise is below the mean", () => {
    const sample = bernoulli(input("l", [3])).sample(input("u", [3]));
    expect([...interpret([sample], { l: [0, 0, 100], u: [0.49, 0.51, 0.99] })[0]!]).toEqual([1, 0, 1]);
  });
});

describe("normal", () => {
  it("is the logarithm of the density, whose integral is 1", () => {
    const mean = 0.7;
    const logVariance = -0.4;
    const points = Array.from({ length: 2001 }, (_, index) => mean + (index - 1000) / 100);
    const p = normal(constant(mean, [1]), constant(logVariance, [1]));
    const [logProbs] = interpret([p.logProb(input("x", [points.length, 1]))], { x: points });
    const integral = logProbs!.reduce((sum, each) => sum + Math.exp(each) * 0.01, 0);
    expect(integral).toBeCloseTo(1, 9);
    expect(logProbs![1000]).toBeCloseTo(-0.5 * (LOG_2_PI + logVariance), 12);
  });

  it("has the gradient that differences give", () => {
    checkGradient(
      ([mean, logVariance, x]) => reduceSum(normal(mean!, logVariance!).logProb(x!)),
      [{ shape: [3, 4] }, { shape: [3, 4] }, { shape: [3, 4] }],
    );
  });

  it("samples μ + σ·ε", () => {
    const sample = normal(constant(2), constant(Math.log(9))).sample(input("e", [2]));
    expect([...interpret([sample], { e: [-1, 0.5] })[0]!]).toEqual([expect.closeTo(-1), expect.closeTo(3.5)]);
  });

  it.each(["shared", "perDimension", 0.5] as const)("has the gradients of a %s scale", (scale) => {
    const trace = new Trace({ training: true });
    const [mean, x] = [input("mean", [5, 3]), input("x", [5, 3])];
    const likelihood = likelihoodOf(
      trace.scope("decoder"),
      mean,
      { type: "gaussian", scale },
      { inputShape: [3] },
    );
    const shapes = { shared: [[1]], perDimension: [[3]], 0.5: [] };
    expect([...trace.parameters.values()].map(({ spec }) => spec.shape)).toEqual(shapes[scale]);
    const values = Array.from({ length: 15 }, (_, index) => Math.sin(index));
    const feeds = feedsOf(trace, 5, { mean: values, x: values.map((v) => v * v) });
    checkLoss(reduceSum(likelihood.logProb(x)), [mean, ...parametersOf(trace)], feeds);
  });
});

describe("klFromStandardNormal", () => {
  const kl = (mean: number, logVariance: number) =>
    interpret(
      [klFromStandardNormal({ mean: constant(mean), logVariance: constant(logVariance) })],
      {},
    )[0]![0]!;

  it("is 0 for the prior itself and ½μ² for a shifted one", () => {
    expect(kl(0, 0)).toBe(0);
    expect(kl(3, 0)).toBeCloseTo(4.5, 12);
  });

  it("agrees with numerical integration of q·(ln q − ln p)", () => {
    const [mean, logVariance] = [0.8, -1.1];
    const deviation = Math.exp(logVariance / 2);
    let integral = 0;
    for (let i = -4000; i <= 4000; i++) {
      const z = mean + (i / 400) * deviation;
      const logQ = -0.5 * (LOG_2_PI + logVariance + ((z - mean) / deviation) ** 2);
      integral += Math.exp(logQ) * (logQ + 0.5 * (LOG_2_PI + z * z)) * (deviation / 400);
    }
    expect(kl(mean, logVariance)).toBeCloseTo(integral, 8);
  });

  it("is never negative", () => {
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(fc.property(number, number, (mean, logVariance) => kl(mean, logVariance) >= -1e-12));
  });
});

it("standardNormalLogProb sums over the last axis", () => {
  const [value] = interpret([standardNormalLogProb(input("z", [1, 2]))], { z: [1, -2] });
  expect(value![0]).toBeCloseTo(-LOG_2_PI - 2.5, 12);
});
