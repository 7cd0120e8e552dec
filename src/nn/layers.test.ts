import { describe, expect, it } from "vitest";
import { checkGradient, checkLoss } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { signed } from "../../test/reference/random.ts";
import { feedsOf, parametersOf } from "../../test/reference/trace.ts";
import { constant, input, mul, reduceSum } from "../graph/build.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import { ACTIVATIONS, activations } from "./activations.ts";
import { applyLayers, type Layer } from "./layers.ts";
import { Trace } from "./scope.ts";

/** A scalar in which every element counts differently. */
function weighted(tensor: Tensor): Tensor {
  const weights = Array.from(signed(sizeOf(tensor.shape), 77));
  return reduceSum(mul(tensor, constant(weights, tensor.shape)));
}

describe("activations", () => {
  const published: Record<string, (x: number) => number> = {
    elu: (x) => (x > 0 ? x : Math.expm1(x)),
    relu: (x) => Math.max(0, x),
    leakyRelu: (x) => (x > 0 ? x : 0.01 * x),
    silu: (x) => x / (1 + Math.exp(-x)),
    tanh: Math.tanh,
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    identity: (x) => x,
  };
  const points = [-30, -3, -1, -0.25, 0.25, 1, 3, 30];

  it.each(ACTIVATIONS.filter((name) => name !== "gelu"))("%s has its published values", (name) => {
    const x = input("x", [points.length]);
    const [values] = interpret([activations[name](x)], { x: points });
    for (const [index, point] of points.entries())
      expect(values![index]).toBeCloseTo(published[name]!(point), 12);
  });

  it("gelu is x·Φ(x), at values of Φ from a table", () => {
    const x = input("x", [4]);
    const [values] = interpret([activations.gelu(x)], { x: [-1, 0, 1, 2] });
    const table = [-0.15865525393145707, 0, 0.8413447460685429, 2 * 0.9772498680518208];
    for (const [index, value] of table.entries()) expect(values![index]).toBeCloseTo(value, 7);
  });

  it.each(ACTIVATIONS)("%s has the gradient that differences give", (name) => {
    checkGradient(([x]) => weighted(activations[name](x!)), [{ shape: [3, 5] }]);
  });
});

describe("layers", () => {
  const cases: Record<string, Layer[]> = {
    dense: [{ type: "dense", units: 4 }],
    "two dense": [
      { type: "dense", units: 4 },
      { type: "activation", activation: "tanh" },
      { type: "dense", units: 2, initialization: "glorot" },
    ],
    dropout: [
      { type: "dense", units: 6 },
      { type: "dropout", keepProbability: 0.6 },
      { type: "dense", units: 2 },
    ],
    batchNorm: [
      { type: "dense", units: 3 },
      { type: "batchNorm" },
      { type: "activation", activation: "tanh" },
    ],
    layerNorm: [
      { type: "dense", units: 3 },
      { type: "layerNorm" },
      { type: "activation", activation: "tanh" },
    ],
  };

  it.each(Object.entries(cases))(
    "%s has the gradients that differences give, by parameters and input",
    (_, layers) => {
      for (const training of [true, false]) {
        const trace = new Trace({ training });
        const x = input("x", [7, 5]);
        const loss = weighted(applyLayers(trace.scope("net"), layers, x));
        checkLoss(loss, [x, ...parametersOf(trace)], feedsOf(trace, 3, { x: signed(35, 9) }));
      }
    },
  );

  it("dropout does nothing at evaluation and asks for no noise", () => {
    const trace = new Trace({ training: false });
    const x = input("x", [2, 3]);
    expect(applyLayers(trace.scope("net"), [{ type: "dropout", keepProbability: 0.5 }], x)).toBe(x);
    expect(trace.noises.size).toBe(0);
  });

  it("names parameters by place", () => {
    const trace = new Trace({ training: true });
    applyLayers(trace.scope("encoder"), cases["two dense"]!, input("x", [2, 3]));
    expect([...trace.parameters.keys()]).toEqual([
      "encoder.0.weight",
      "encoder.0.bias",
      "encoder.2.weight",
      "encoder.2.bias",
    ]);
  });
});

describe("batchNorm", () => {
  const rows = [1, 10, 2, 20, 3, 60];
  const layers: Layer[] = [{ type: "batchNorm", momentum: 0.75 }];
  const feeds = {
    x: rows,
    "net.0.scale": [2, 1],
    "net.0.shift": [0, 5],
    "net.0.running_mean": [1, 2],
    "net.0.running_variance": [4, 9],
  };

  it("standardises a training batch and moves the running statistics by a quarter towards it", () => {
    const trace = new Trace({ training: true });
    const y = applyLayers(trace.scope("net"), layers, input("x", [3, 2]));
    const next = [...trace.states.values()].map((state) => state.next);
    const [values, mean, variance] = interpret([y, ...next], feeds);
    // Column 1: mean 2, biased variance 2/3, unbiased 1. Column 2: mean 30, biased 1400/3, unbiased 700.
    expect(values![0]).toBeCloseTo((2 * -1) / Math.sqrt(2 / 3 + 1e-5), 12);
    expect(values![5]).toBeCloseTo(5 + 30 / Math.sqrt(1400 / 3 + 1e-5), 12);
    expect([...mean!]).toEqual([0.75 * 1 + 0.25 * 2, 0.75 * 2 + 0.25 * 30]);
    expect([...variance!].map((v) => Math.round(v * 1e9) / 1e9)).toEqual([
      0.75 * 4 + 0.25 * 1,
      0.75 * 9 + 0.25 * 700,
    ]);
  });

  it("keeps 0.9 of the running statistics where nothing else is asked", () => {
    const trace = new Trace({ training: true });
    applyLayers(trace.scope("net"), [{ type: "batchNorm" }], input("x", [3, 2]));
    const next = [...trace.states.values()].map((state) => state.next);
    const [mean, variance] = interpret(next, feeds);
    expect(mean![0]).toBeCloseTo(0.9 * 1 + 0.1 * 2, 12);
    expect(mean![1]).toBeCloseTo(0.9 * 2 + 0.1 * 30, 12);
    expect(variance![1]).toBeCloseTo(0.9 * 9 + 0.1 * 700, 9);
  });

  it("uses the running statistics at evaluation, whatever the batch", () => {
    const trace = new Trace({ training: false });
    const y = applyLayers(trace.scope("net"), layers, input("x", [3, 2]));
    const [values] = interpret([y], feeds);
    expect(values![0]).toBeCloseTo((2 * (1 - 1)) / Math.sqrt(4 + 1e-5), 12);
    expect(values![5]).toBeCloseTo(5 + (60 - 2) / Math.sqrt(9 + 1e-5), 12);
  });
});

describe("layerNorm", () => {
  it("standardises each row by itself", () => {
    const trace = new Trace({ training: true });
    const y = applyLayers(trace.scope("net"), [{ type: "layerNorm" }], input("x", [2, 3]));
    const feeds = { x: [1, 2, 3, 10, 30, 50], "net.0.scale": [1, 1, 2], "net.0.shift": [0, 1, 0] };
    const [values] = interpret([y], feeds);
    const deviations = [Math.sqrt(2 / 3 + 1e-5), Math.sqrt(800 / 3 + 1e-5)];
    const expected = [
      -1 / deviations[0]!,
      1,
      2 / deviations[0]!,
      -20 / deviations[1]!,
      1,
      40 / deviations[1]!,
    ];
    for (const [index, value] of expected.entries()) expect(values![index]).toBeCloseTo(value, 12);
  });
});
