import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkGradient } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import { uniform } from "../../../test/reference/random.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { emitModel } from "../../onnx/emit.ts";
import { nodeRuntime } from "../../runtime/node.ts";
import type { CountDistribution } from "./distribution.ts";
import { drawGamma, drawNegativeBinomial, drawPoisson } from "./draws.ts";
import { negativeBinomial } from "./negative-binomial.ts";
import { poisson } from "./poisson.ts";
import { digammaRemainder, logFactorialRemainder } from "./special.ts";
import { zeroInflatedNegativeBinomial } from "./zero-inflated-negative-binomial.ts";

/** Rows of numbers, their result last. @see testing/counts.py */
type Table = readonly (readonly number[])[];
type Oracle = Readonly<Record<"remainders" | "poisson" | "negativeBinomial" | "zeroInflated", Table>>;
const oracle: Oracle = JSON.parse(readFileSync(new URL("testing/counts.json", import.meta.url), "utf8"));

const distributions = {
  poisson: { make: ([logRate]) => poisson(logRate!), table: oracle.poisson },
  "negative binomial": {
    make: ([mean, theta]) => negativeBinomial(mean!, theta!),
    table: oracle.negativeBinomial,
  },
  "zero-inflated negative binomial": {
    make: ([mean, theta, logits]) => zeroInflatedNegativeBinomial(mean!, theta!, logits!),
    table: oracle.zeroInflated,
  },
} satisfies Record<string, { make: (parameters: Tensor[]) => CountDistribution; table: Table }>;

/** In float64 by definition, and in the engine's float32. @param columns of the inputs, each a column of values */
async function evaluate(build: (inputs: Tensor[]) => Tensor, columns: readonly (readonly number[])[]) {
  const rows = columns[0]!.length;
  const inputs = columns.map((_, index) => g.input(`x${index}`, [rows, 1]));
  const result = build(inputs);
  const feeds = Object.fromEntries(columns.map((values, index) => [`x${index}`, values]));
  const session = await (await nodeRuntime()).createSession(emitModel({ outputs: { y: result } }));
  const y = { type: "float32", shape: result.shape, data: new Float32Array(rows) } as const;
  const buffers = columns.map((values, index) => {
    const data = Float32Array.from(values);
    return [`x${index}`, { type: "float32", shape: [rows, 1], data } as const] as const;
  });
  await session.bind(Object.fromEntries(buffers), { y }).run();
  await session.dispose();
  return { double: interpret([result], feeds)[0]!, single: y.data };
}

function columnsOf(table: Table): number[][] {
  return table[0]!.map((_, column) => table.map((row) => row[column]!));
}

const matrix = (values: readonly number[]) => ({ shape: [1, values.length], values });

describe.each(Object.entries(distributions))("%s", (_, { make, table }) => {
  it("has the probabilities of the oracle to 1e-5, in single precision too", async () => {
    const columns = columnsOf(table);
    const expected = columns.pop()!;
    const { double, single } = await evaluate(([x, ...parameters]) => make(parameters).logProb(x!), columns);
    for (const [row, value] of expected.entries()) {
      const about = `of ${table[row]}`;
      expect(Math.abs(double[row]! / value - 1), `double ${about}`).toBeLessThan(1e-8);
      expect(Math.abs(single[row]! / value - 1), `single ${about}`).toBeLessThan(1e-5);
    }
  });

  it("has the gradient that differences give", () => {
    const parameters = columnsOf(table).slice(1, -1);
    for (const x of [0, 1, 3, 40]) {
      const chosen = table.flatMap(([count], row) => (count === 0 ? [row] : []));
      // Beyond a million, differences in double precision resolve less than the tolerance.
      const moderate = chosen.filter((row) => Math.abs(parameters[0]![row]!) < 8);
      const inputs = parameters.map((values) => matrix(moderate.map((row) => values[row]!)));
      checkGradient((tensors) => g.reduceSum(make(tensors).logProb(g.constant(x))), inputs);
    }
  });
});

/** Parameters with moderate means, and the mean and variance that their distribution has by its textbook formulae. */
const [MEAN, THETA, DROPOUT] = [6.5, 1.7, 0.3];
const spread = MEAN + MEAN ** 2 / THETA;
const moments = {
  poisson: { parameters: { logRate: Math.log(MEAN) }, mean: MEAN, variance: MEAN, mode: 6 },
  "negative binomial": {
    parameters: { logMean: Math.log(MEAN), logInverseDispersion: Math.log(THETA) },
    mean: MEAN,
    variance: spread,
    mode: 2,
  },
  "zero-inflated negative binomial": {
    parameters: {
      logMean: Math.log(MEAN),
      logInverseDispersion: Math.log(THETA),
      dropoutLogits: Math.log(DROPOUT / (1 - DROPOUT)),
    },
    mean: (1 - DROPOUT) * MEAN,
    variance: (1 - DROPOUT) * (spread + MEAN ** 2) - ((1 - DROPOUT) * MEAN) ** 2,
    mode: 0,
  },
};

describe.each(Object.entries(moments))("%s with moderate parameters", (name, { parameters, ...expected }) => {
  const values = Object.values(parameters);
  const of = (size: number) =>
    distributions[name as keyof typeof distributions].make(
      values.map((value) => g.constant(value, [size, 1])),
    );
  const counts = Array.from({ length: 600 }, (_, count) => count);
  const [logProbs] = interpret([of(600).logProb(g.constant(counts, [600, 1]))], {});
  const sum = (f: (count: number) => number) =>
    counts.reduce((total, count) => total + f(count) * Math.exp(logProbs![count]!), 0);

  it("has probabilities that sum to 1, with its mean, variance and mode", () => {
    expect(sum(() => 1)).toBeCloseTo(1, 9);
    expect(sum((count) => count)).toBeCloseTo(expected.mean, 7);
    expect(sum((count) => (count - expected.mean) ** 2)).toBeCloseTo(expected.variance, 5);
    expect(logProbs!.indexOf(Math.max(...logProbs!))).toBe(expected.mode);
    const [mean, mode] = interpret([of(1).mean, of(1).mode], {});
    expect(mean![0]).toBeCloseTo(expected.mean, 12);
    expect(mode![0]).toBe(expected.mode);
  });

  it("draws counts of that mean and variance, as often as it says", () => {
    const size = 40_000;
    const repeated = Object.entries(parameters).map(([key, value]) => [
      key,
      new Float32Array(size).fill(value),
    ]);
    const draws = of(1).draw(Object.fromEntries(repeated), uniform(3));
    const mean = draws.reduce((total, draw) => total + draw, 0) / size;
    const variance = draws.reduce((total, draw) => total + (draw - mean) ** 2, 0) / size;
    expect(Math.abs(mean - expected.mean)).toBeLessThan(4 * Math.sqrt(expected.variance / size));
    expect(variance / expected.variance).toBeCloseTo(1, 1);
    for (const count of [0, 1, 2, 5, 9]) {
      const share = draws.reduce((hits, draw) => hits + Number(draw === count), 0) / size;
      const probability = Math.exp(logProbs![count]!);
      expect(Math.abs(share - probability)).toBeLessThan(4 * Math.sqrt(probability / size));
    }
  });
});

describe("draws", () => {
  const moments = (draw: () => number, size: number) => {
    const draws = Array.from({ length: size }, draw);
    const mean = draws.reduce((total, each) => total + each, 0) / size;
    return { mean, variance: draws.reduce((total, each) => total + (each - mean) ** 2, 0) / size };
  };

  it.each([0.1, 9.9, 10, 45, 1e6])("of a Poisson variable of rate %d have that mean and variance", (rate) => {
    const next = uniform(11);
    const { mean, variance } = moments(() => drawPoisson(rate, next), 20_000);
    expect(Math.abs(mean - rate)).toBeLessThan(4 * Math.sqrt(rate / 20_000));
    expect(Math.abs(variance / rate - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / rate) / 20_000));
  });

  it.each([0.05, 1, 30])("of a gamma variable of shape %d have that mean and variance", (shape) => {
    const next = uniform(12);
    const { mean, variance } = moments(() => drawGamma(shape, next), 20_000);
    expect(Math.abs(mean - shape)).toBeLessThan(4 * Math.sqrt(shape / 20_000));
    expect(Math.abs(variance / shape - 1)).toBeLessThan(4 * Math.sqrt((2 + 6 / shape) / 20_000));
  });

  it("end where the rate is 0 or the shape so small that the gamma variable underflows", () => {
    expect(drawPoisson(0, () => 0.999)).toBe(0);
    expect(drawNegativeBinomial(5, 1e-4, uniform(1))).toBe(0);
  });
});

it.each([
  ["logFactorialRemainder", logFactorialRemainder, 0],
  ["digammaRemainder", digammaRemainder, 1],
] as const)("%s is right to 1e-6 from 1e-4 to 1e8", async (_, build, column) => {
  const [z, ...results] = columnsOf(oracle.remainders);
  const { double, single } = await evaluate(([x]) => build(x!), [z!]);
  for (const [row, value] of results[column]!.entries()) {
    const unit = Math.max(1, Math.abs(value));
    expect(Math.abs(double[row]! - value) / unit, `double at ${z![row]}`).toBeLessThan(1e-9);
    expect(Math.abs(single[row]! - value) / unit, `single at ${z![row]}`).toBeLessThan(1e-6);
  }
});
