import { describe, expect, it } from "vitest";
import { checkLoss } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import { between } from "../../../test/reference/random.ts";
import { feedsOf, parametersOf } from "../../../test/reference/trace.ts";
import { input, reduceSum } from "../../graph/build.ts";
import { Trace } from "../scope.ts";
import { type Likelihood, likelihoodOf } from "./likelihood.ts";

const ROWS = 4;
const VALUES = 3;
const mean = between(ROWS * VALUES, 1, -1, 1);
const x = between(ROWS * VALUES, 2, -1, 1);
const RUNNING = { "decoder.running_error": [0.3], "decoder.running_weight": [0.5] };

function traced(likelihood: Likelihood, { training, outputs = 1 }: { training: boolean; outputs?: number }) {
  const trace = new Trace({ training });
  const output = input("output", [ROWS, outputs * VALUES]);
  const observed = input("x", [ROWS, VALUES]);
  const context = { inputShape: [VALUES], observed };
  return { trace, output, observed, p: likelihoodOf(trace.scope("decoder"), output, likelihood, context) };
}

describe.each([
  [
    "gaussian",
    (deviation: number) => deviation ** 2,
    // σ² is the mean squared error, so that the squares sum to one for each value.
    (error: number) => -0.5 * VALUES * (Math.log(2 * Math.PI * error) + 1),
    (error: number, deviation: number) => -0.5 * (Math.log(2 * Math.PI * error) + deviation ** 2 / error),
  ],
  [
    "laplace",
    Math.abs,
    (error: number) => -VALUES * (Math.log(2 * error) + 1),
    (error: number, deviation: number) => -Math.log(2 * error) - Math.abs(deviation) / error,
  ],
] as const)("a calibrated %s", (type, errorOf, best, logProb) => {
  const likelihood = { type, scale: "calibrated" } as const;
  const errors = x.map((value, i) => errorOf(value - mean[i]!));
  const error = errors.reduce((sum, each) => sum + each) / errors.length;

  it("has, while training, the scale that makes its batch likeliest", () => {
    const { p, observed } = traced(likelihood, { training: true });
    const [values] = interpret([p.logProb(observed)], { output: mean, x, ...RUNNING });
    expect(values!.reduce((sum, each) => sum + each) / ROWS).toBeCloseTo(best(error), 10);
  });

  it("remembers the errors of training, a hundredth of them new", () => {
    const { trace } = traced(likelihood, { training: true });
    const states = ["running_error", "running_weight"].map((name) => trace.states.get(`decoder.${name}`)!);
    const [sum, weight] = interpret(
      states.map(({ next }) => next),
      { output: mean, x, ...RUNNING },
    );
    expect(sum![0]).toBeCloseTo(0.99 * 0.3 + 0.01 * error, 12);
    expect(weight![0]).toBeCloseTo(0.99 * 0.5 + 0.01, 12);
  });

  it("knows nothing of the rows it is evaluated on", () => {
    const { p, trace, observed } = traced(likelihood, { training: false });
    const [values] = interpret([p.logProb(observed)], { output: mean, x, ...RUNNING });
    for (let row = 0; row < ROWS; row++) {
      const own = [0, 1, 2].map((value) => x[row * VALUES + value]! - mean[row * VALUES + value]!);
      expect(values![row]).toBeCloseTo(
        own.reduce((sum, deviation) => sum + logProb(0.3 / 0.5, deviation), 0),
        10,
      );
    }
    expect([...trace.states.values()].every(({ tensor, next }) => tensor === next)).toBe(true);
  });

  it("starts at 1 and forgets that at its first step", () => {
    const { trace } = traced(likelihood, { training: true });
    const specs = [...trace.states.values()].map(({ spec }) => spec.initial);
    expect(specs[0]! / specs[1]!).toBe(1);
    expect((0.99 * specs[0]! + 0.01 * 7) / (0.99 * specs[1]! + 0.01)).toBeCloseTo(7, 2);
  });
});

const HEADS: readonly (readonly [Likelihood, outputs: number])[] = [
  [{ type: "gaussian", scale: "decoder" }, 2],
  [{ type: "gaussian", scale: "perDimension" }, 1],
  [{ type: "laplace", scale: "decoder" }, 2],
  [{ type: "laplace", scale: "shared" }, 1],
  [{ type: "student-t", scale: "decoder", degreesOfFreedom: 5 }, 2],
  [{ type: "student-t", scale: 0.5, degreesOfFreedom: "learned" }, 1],
  [{ type: "discretized-logistic", scale: "decoder" }, 2],
  [{ type: "discretized-logistic", scale: "perDimension" }, 1],
  [{ type: "discretized-logistic-mixture", components: 3 }, 9],
  [{ type: "continuous-bernoulli" }, 1],
];

it.each(HEADS)(
  "%j has the gradients that differences give, by head and parameters",
  (likelihood, outputs) => {
    const { p, trace, output, observed } = traced(likelihood, { training: true, outputs });
    const levels = Array.from({ length: ROWS * VALUES }, (_, i) => ((i * 97) % 256) / 255);
    const feeds = feedsOf(trace, 5, { output: between(ROWS * VALUES * outputs, 4, -1, 1), x: levels });
    checkLoss(reduceSum(p.logProb(observed)), [output, ...parametersOf(trace)], feeds);
  },
);

it("learned degrees of freedom of a Student-t start at 1 + softplus(4)", () => {
  const likelihood = { type: "student-t", scale: 0.5, degreesOfFreedom: "learned" } as const;
  const { p, trace } = traced(likelihood, { training: true });
  const name = "decoder.degrees_of_freedom";
  const { spec } = trace.parameters.get(name)!;
  expect(spec.shape).toEqual([1]);
  const [degrees] = interpret([p.parameters.degreesOfFreedom!], { [name]: [0] });
  expect(degrees![0]).toBeCloseTo(1 + Math.log1p(Math.exp(4)), 12);
});

it.each(["gaussian", "laplace"] as const)("no scale of single values of a %s falls below 0.0024", (type) => {
  const { p } = traced({ type, scale: "decoder" }, { training: true, outputs: 2 });
  const output = Array.from({ length: ROWS }, () => [0, 0, 0, -1e3, -1e4, 1]).flat();
  const [key, power] = type === "gaussian" ? (["logVariance", 2] as const) : (["logScale", 1] as const);
  const [logScales] = interpret([p.parameters[key]!], { output });
  expect(Math.exp(logScales![0]! / power)).toBeCloseTo(Math.exp(-6), 12);
  expect(Math.exp(logScales![1]! / power)).toBeCloseTo(Math.exp(-6), 12);
  expect(logScales![2]! / power).toBeCloseTo(1, 2);
});

it.each(["shared", "perDimension"] as const)(
  "a discretised logistic has one floor, e⁻⁷/2, for %s scales",
  (scale) => {
    const { p, trace } = traced({ type: "discretized-logistic", scale }, { training: true });
    const name = "decoder.log_scale";
    const { spec } = trace.parameters.get(name)!;
    const feeds = { output: mean, [name]: Array<number>(spec.shape[0]!).fill(-20) };
    const [logScales] = interpret([p.parameters.logScale!], feeds);
    expect(logScales![0]).toBeCloseTo(-7 - Math.LN2, 5);
  },
);

it("logits of a continuous Bernoulli stay within ±50, and are outputs as they are near 0", () => {
  const { p } = traced({ type: "continuous-bernoulli" }, { training: true });
  const output = Array.from({ length: ROWS }, () => [1e4, -1e4, 0.1]).flat();
  const [logits] = interpret([p.parameters.logits!], { output });
  expect([...logits!.slice(0, 2)]).toEqual([50, -50]);
  expect(logits![2]).toBeCloseTo(0.1, 5);
});
