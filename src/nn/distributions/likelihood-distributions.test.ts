import { describe, expect, it } from "vitest";
import { checkGradient } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpret.ts";
import { between, uniform } from "../../../test/reference/random.ts";
import { constant, input, reduceSum } from "../../graph/build.ts";
import { sizeOf, type Tensor } from "../../graph/node.ts";
import { continuousBernoulli } from "./continuous-bernoulli.ts";
import { discretizedLogistic } from "./discretized-logistic.ts";
import { discretizedLogisticMixture } from "./discretized-logistic-mixture.ts";
import type { Distribution } from "./distribution.ts";
import { laplace } from "./laplace.ts";
import { logGammaStep, studentT } from "./student-t.ts";

const LEVELS = Array.from({ length: 256 }, (_, k) => k / 255);
const evaluate = (tensor: Tensor, feeds = {}) => interpret([tensor], feeds)[0]!;

/** p(x) of one value at each of some points. */
function probabilities(p: Distribution, x: readonly number[]): Float64Array {
  return evaluate(p.logProb(input("x", [x.length, 1])), { x }).map(Math.exp);
}

/** Moments by the trapezoidal rule over equal steps. */
function integrate(density: (x: number) => number, low: number, high: number, steps = 20_000) {
  const width = (high - low) / steps;
  const moments = [0, 0, 0];
  for (let i = 0; i <= steps; i++) {
    const x = low + i * width;
    const mass = density(x) * width * (i === 0 || i === steps ? 0.5 : 1);
    for (const power of [0, 1, 2]) moments[power]! += mass * x ** power;
  }
  const [total, first, second] = moments as [number, number, number];
  return { total, mean: first / total, variance: second / total - (first / total) ** 2 };
}

/** Masses of the levels by differences of the cumulative distribution, which are exact enough where scales are not tiny. */
function levelMasses(location: number, scale: number): number[] {
  const cdf = (x: number) => 1 / (1 + Math.exp(-(x - location) / scale));
  return LEVELS.map((x, k) => (k === 255 ? 1 : cdf(x + 1 / 510)) - (k === 0 ? 0 : cdf(x - 1 / 510)));
}

function momentsOfMasses(masses: readonly number[]) {
  const mean = masses.reduce((sum, mass, k) => sum + mass * LEVELS[k]!, 0);
  return { mean, variance: masses.reduce((sum, mass, k) => sum + mass * (LEVELS[k]! - mean) ** 2, 0) };
}

const MIXTURE = { logits: [1, 0, -1], locations: [0.2, 0.5, 0.95], scales: [0.02, 0.1, 0.05] };
const mixtureMasses = () => {
  const weights = MIXTURE.logits.map(Math.exp);
  const total = weights.reduce((sum, each) => sum + each);
  const parts = MIXTURE.locations.map((location, i) => levelMasses(location, MIXTURE.scales[i]!));
  return LEVELS.map((_, k) => parts.reduce((sum, part, i) => sum + (weights[i]! / total) * part[k]!, 0));
};

const DRAWS = 40_000;
const column = (value: number) => constant(value, [1, 1]);
const inLogs = (scale: number) => column(Math.log(scale));
const stack = (values: readonly number[]) => constant(values, [1, values.length, 1]);
const spread = (tensor: Tensor, shape: readonly number[]) => constant(evaluate(tensor)[0]!, shape);
const cbMoments = (l: number) => integrate((x) => Math.exp(l * x), 0, 1);

/** Each with its moments from elsewhere: closed forms, or sums and integrals over the definition. */
const CASES: readonly {
  readonly name: string;
  readonly make: (repeat: (value: Tensor) => Tensor) => Distribution;
  readonly mean: number;
  readonly variance: number;
}[] = [
  {
    name: "laplace",
    make: (repeat) => laplace(repeat(column(0.7)), repeat(inLogs(0.3))),
    mean: 0.7,
    variance: 2 * 0.3 ** 2,
  },
  {
    name: "student-t",
    make: (repeat) => studentT(repeat(column(-1)), repeat(inLogs(2)), repeat(column(9))),
    mean: -1,
    variance: (4 * 9) / 7,
  },
  ...[-30, -2, -0.3, 0.005, 0.3, 4].map((l) => ({
    name: `continuous-bernoulli of logit ${l}`,
    make: (repeat: (value: Tensor) => Tensor) => continuousBernoulli(repeat(column(l))),
    ...cbMoments(l),
  })),
  ...[
    [0.3, 0.05],
    [0.02, 0.1],
    [1.2, 0.2],
  ].map(([location, scale]) => ({
    name: `discretized-logistic around ${location}`,
    make: (repeat: (value: Tensor) => Tensor) =>
      discretizedLogistic(repeat(column(location!)), repeat(inLogs(scale!))),
    ...momentsOfMasses(levelMasses(location!, scale!)),
  })),
];

function expectMoments(draws: Float64Array, { mean, variance }: { mean: number; variance: number }): void {
  const n = draws.length;
  const average = draws.reduce((sum, each) => sum + each, 0) / n;
  const squares = draws.map((each) => (each - mean) ** 2);
  const spreadOf = squares.reduce((sum, each) => sum + each, 0) / n;
  const fourth = squares.reduce((sum, each) => sum + (each - spreadOf) ** 2, 0) / n;
  expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
  expect(Math.abs(spreadOf - variance)).toBeLessThan(4 * Math.sqrt(fourth / n));
}

describe.each(CASES)("$name", ({ make, mean, variance }) => {
  it("has draws of its mean and variance", () => {
    const repeat = (value: Tensor) => spread(value, [DRAWS, 1]);
    const p = make(repeat);
    const noise = input("noise", p.noise.shape);
    expect(p.noise.distribution).toBe("uniform");
    const draws = evaluate(p.sample(noise), { noise: between(sizeOf(p.noise.shape), 3, 0, 1) });
    expectMoments(draws, { mean, variance });
  });

  it("tells its mean, and a mode as likely as any other value", () => {
    const p = make((value) => value);
    expect(evaluate(p.mean)[0]).toBeCloseTo(mean, 5);
    const mode = evaluate(p.mode)[0]!;
    const [atMode, ...others] = probabilities(p, [mode, ...LEVELS]);
    expect(Math.max(...others)).toBeLessThanOrEqual(atMode! * (1 + 1e-9));
  });
});

describe("densities and masses", () => {
  it.each([-30, -0.3, 0, 0.3, 4])("of a continuous Bernoulli of logit %d integrate to 1", (logit) => {
    const points = Array.from({ length: 4001 }, (_, i) => i / 4000);
    const density = probabilities(continuousBernoulli(column(logit)), points);
    expect(integrate((x) => density[Math.round(x * 4000)]!, 0, 1, 4000).total).toBeCloseTo(1, 4);
  });

  it.each([0.3, 2])("of a Laplace variable of scale %d integrate to 1", (scale) => {
    const p = laplace(column(0), inLogs(scale));
    const points = Array.from({ length: 8001 }, (_, i) => ((i - 4000) / 4000) * 30 * scale);
    const density = probabilities(p, points);
    const at = (x: number) => density[Math.round((x / (30 * scale)) * 4000) + 4000]!;
    expect(integrate(at, -30 * scale, 30 * scale, 8000).total).toBeCloseTo(1, 4);
  });

  it.each([5, 30])("of a Student-t variable of %d degrees integrate to 1", (degrees) => {
    const p = studentT(column(0), column(0), column(degrees));
    const points = Array.from({ length: 40_001 }, (_, i) => (i - 20_000) / 200);
    const density = probabilities(p, points);
    expect(integrate((x) => density[Math.round(x * 200) + 20_000]!, -100, 100, 40_000).total).toBeCloseTo(
      1,
      6,
    );
  });

  it.each([
    [0.5, 1e-3],
    [0.0013, 0.01],
    [-1, 0.3],
    [3, 1],
    [0.5, 1e3],
  ])("of a discretised logistic around %d of scale %d sum to 1", (location, scale) => {
    const masses = probabilities(discretizedLogistic(column(location), inLogs(scale)), LEVELS);
    expect(masses.reduce((sum, each) => sum + each)).toBeCloseTo(1, 10);
  });
});

describe("a mixture of discretised logistics", () => {
  const mixture = (rows: number) => {
    const { logits, locations, scales } = MIXTURE;
    const repeat = (values: readonly number[]) =>
      constant(Array.from({ length: rows }, () => values).flat(), [rows, values.length, 1]);
    return discretizedLogisticMixture(repeat(logits), repeat(locations), repeat(scales.map(Math.log)));
  };

  it("has masses that are those of its components, weighed, and sum to 1", () => {
    const exact = mixtureMasses();
    const found = probabilities(mixture(1), LEVELS);
    for (const [k, mass] of exact.entries()) expect(Math.abs(found[k]! - mass)).toBeLessThan(1e-12);
    expect(found.reduce((sum, each) => sum + each)).toBeCloseTo(1, 12);
  });

  it("has draws of its mean and variance, and tells its mean", () => {
    const exact = momentsOfMasses(mixtureMasses());
    const p = mixture(DRAWS);
    const noise = input("noise", p.noise.shape);
    expectMoments(evaluate(p.sample(noise), { noise: between(2 * DRAWS, 5, 0, 1) }), exact);
    expect(evaluate(mixture(1).mean)[0]).toBeCloseTo(exact.mean, 5);
  });

  it("has its mode where the likeliest component is", () => {
    const masses = mixtureMasses();
    const best = masses.indexOf(Math.max(...masses)) / 255;
    expect(evaluate(mixture(1).mode)[0]).toBeCloseTo(best, 12);
  });

  it("gives a value that a likely component explains its whole probability, however bad the others are", () => {
    const p = discretizedLogisticMixture(
      stack([0, 0]),
      stack([0.5, -40]),
      stack([Math.log(1e-3), Math.log(1e-3)]),
    );
    expect(evaluate(p.logProb(input("x", [1, 1])), { x: [128 / 255] })[0]).toBeGreaterThan(-2);
  });
});

describe("gradients are what differences give", () => {
  const random = (shape: readonly number[], seed: number, low: number, high: number) => ({
    shape,
    values: between(sizeOf(shape), seed, low, high),
  });
  const sum = (p: Distribution, x: Tensor) => reduceSum(p.logProb(x));

  it.each([
    ["near ½", -0.45, 0.45],
    ["on both sides of where the series ends", -2, 2],
    ["far out", 20, 40],
  ])("for a continuous Bernoulli %s", (_, low, high) => {
    const inputs = [random([3, 4], 1, low, high), random([3, 4], 2, 0, 1)];
    checkGradient(([logits, x]) => sum(continuousBernoulli(logits!), x!), inputs);
    checkGradient(([logits]) => reduceSum(continuousBernoulli(logits!).mean), inputs.slice(0, 1));
  });

  it("for a Laplace variable", () => {
    const inputs = [random([3, 4], 1, 0, 1), random([4], 2, -1, 1), random([3, 4], 3, 2, 3)];
    checkGradient(([location, scale, x]) => sum(laplace(location!, scale!), x!), inputs);
  });

  it("for a Student-t variable, its degrees of freedom included, near the centre and far out", () => {
    const inputs = [
      random([3, 4], 1, 0, 1),
      random([4], 2, -1, 1),
      random([1], 3, 2, 9),
      { shape: [3, 4], values: [...between(6, 4, 0, 1), ...between(6, 5, 30, 90)] },
    ];
    checkGradient(([location, scale, nu, x]) => sum(studentT(location!, scale!, nu!), x!), inputs);
  });

  // Edges of the data are not differentiated: x is a level, and the first and last are cases of their own.
  const levels = constant([0, 100 / 255, 1, 50 / 255, 0, 200 / 255], [2, 3]);

  it("for a discretised logistic", () => {
    const inputs = [random([2, 3], 1, -0.5, 1.5), random([3], 2, -4, 1)];
    checkGradient(([location, scale]) => sum(discretizedLogistic(location!, scale!), levels), inputs);
    checkGradient(([location, scale]) => reduceSum(discretizedLogistic(location!, scale!).mean), inputs);
  });

  it("for a mixture of them", () => {
    const inputs = [
      random([2, 4, 3], 1, -2, 2),
      random([2, 4, 3], 2, -0.5, 1.5),
      random([2, 4, 3], 3, -4, 1),
    ];
    checkGradient(
      ([logits, location, scale]) => sum(discretizedLogisticMixture(logits!, location!, scale!), levels),
      inputs,
    );
  });
});

describe("logGammaStep", () => {
  it("is half of ln π at ½, and the half-integers' factorials beyond", () => {
    // Γ(1)/Γ(½) = 1/√π and Γ(a + 1)/Γ(a) = a, so that two steps multiply to a.
    expect(evaluate(logGammaStep(constant(0.5)))[0]).toBeCloseTo(-0.5 * Math.log(Math.PI), 8);
    const next = uniform(4);
    for (let i = 0; i < 50; i++) {
      const a = 0.5 + 10 ** (6 * next() - 1);
      const two = evaluate(logGammaStep(constant(a)))[0]! + evaluate(logGammaStep(constant(a + 0.5)))[0]!;
      expect(Math.abs(two - Math.log(a))).toBeLessThan(2e-9);
    }
  });
});
