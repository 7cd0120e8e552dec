import fc from "fast-check";
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { aggregateKl } from "./aggregate-posterior.ts";
import { fitLinearProbe, probeClasses, probeGradient, standardize } from "./linear-probe.ts";
import { maximumMeanDiscrepancy } from "./mmd.ts";
import { nearestNeighbourClasses } from "./nearest-neighbours.ts";
import {
  principalComponents,
  probabilisticPcaLogLikelihood,
  project,
  residuals,
} from "./principal-components.ts";

function normals(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

const draw = (count: number, normal: () => number) => Float32Array.from({ length: count }, normal);

describe("aggregateKl", () => {
  const EXAMPLES = 1500;

  it("is that of a Gaussian channel", () => {
    // x ~ N(0, 1), z|x ~ N(ax, s²): I = ½ ln(1 + a²/s²), and z ~ N(0, a² + s²).
    const [a, s] = [1.2, 0.5];
    const normal = normals(3);
    const mean = draw(EXAMPLES, normal).map((x) => a * x);
    const logVariance = new Float32Array(EXAMPLES).fill(2 * Math.log(s));
    const { mutualInformation, marginalKl } = aggregateKl(
      { mean, logVariance, latent: 1 },
      draw(EXAMPLES, normal),
    );
    expect(mutualInformation).toBeCloseTo(0.5 * Math.log(1 + (a / s) ** 2), 1);
    const variance = a * a + s * s;
    expect(marginalKl).toBeCloseTo(0.5 * (variance - 1 - Math.log(variance)), 1);
  });

  it("splits the mean KL, but for the noise of its draws", () => {
    const normal = normals(8);
    const mean = draw(2 * EXAMPLES, normal).map((x) => 0.8 * x);
    const logVariance = draw(2 * EXAMPLES, normal).map((x) => -1 + 0.2 * x);
    const { mutualInformation, marginalKl } = aggregateKl(
      { mean, logVariance, latent: 2 },
      draw(2 * EXAMPLES, normal),
    );
    let kl = 0;
    for (let i = 0; i < mean.length; i++)
      kl += (0.5 * (mean[i]! ** 2 + Math.exp(logVariance[i]!) - 1 - logVariance[i]!)) / EXAMPLES;
    expect(mutualInformation + marginalKl).toBeCloseTo(kl, 1);
  });

  it("knows no more than which example it was", () => {
    const mean = Float32Array.from({ length: 20 }, (_, example) => 1000 * example);
    const { mutualInformation } = aggregateKl(
      { mean, logVariance: new Float32Array(20), latent: 1 },
      new Float32Array(20),
    );
    expect(mutualInformation).toBeCloseTo(Math.log(20), 9);
  });
});

describe("maximumMeanDiscrepancy", () => {
  it("is the unbiased estimate, pair by pair", () => {
    const normal = normals(4);
    const [a, b] = [draw(14, normal), draw(14, normal)].map((values) => Float64Array.from(values)) as [
      Float64Array,
      Float64Array,
    ];
    const k = (x: number, p: Float64Array, y: number, q: Float64Array) =>
      4 / (4 + (p[2 * x]! - q[2 * y]!) ** 2 + (p[2 * x + 1]! - q[2 * y + 1]!) ** 2);
    let expected = 0;
    for (let i = 0; i < 7; i++)
      for (let j = 0; j < 7; j++) {
        if (i !== j) expected += (k(i, a, j, a) + k(i, b, j, b)) / 42;
        expected -= (2 * k(i, a, j, b)) / 49;
      }
    expect(maximumMeanDiscrepancy(a, b, 2, uniform(1)).squared).toBeCloseTo(expected, 6);
  });

  it("is around 0 for one distribution, and seen for two", () => {
    const normal = normals(6);
    const sample = (shift: number) => Float64Array.from({ length: 300 }, () => normal() + shift);
    const same = Array.from({ length: 40 }, () =>
      maximumMeanDiscrepancy(sample(0), sample(0), 3, uniform(2)),
    );
    const mean = same.reduce((sum, { squared }) => sum + squared, 0) / 40;
    const spread = Math.sqrt(same.reduce((sum, { squared }) => sum + (squared - mean) ** 2, 0) / 39);
    expect(Math.abs(mean)).toBeLessThan((4 * spread) / Math.sqrt(40));
    expect(same.filter(({ pValue }) => pValue <= 0.1).length).toBeLessThan(12);
    expect(maximumMeanDiscrepancy(sample(0), sample(1), 3, uniform(2)).pValue).toBe(0.01);
  });
});

describe("fitLinearProbe", () => {
  const normal = normals(12);
  const labels = Int32Array.from({ length: 300 }, (_, i) => [2, 5, 9][i % 3]!);
  const features = Float32Array.from({ length: 600 }, (_, at) => {
    const label = labels[Math.floor(at / 2)]!;
    return normal() + (at % 2 === 0 ? label : 3 * Number(label === 5));
  });

  it("ends where the gradient is 0", () => {
    const probe = fitLinearProbe({ features, labels, dimensions: 2 });
    const { rows } = standardize(features, 2);
    const targets = Int32Array.from(labels, (label) => probe.classes.indexOf(label));
    for (const slope of probeGradient(rows, targets, probe.weights, 3))
      expect(Math.abs(slope)).toBeLessThan(2e-3);
  });

  it("has the gradient that differences give", () => {
    const { rows } = standardize(features.subarray(0, 20), 2);
    const targets = Int32Array.from({ length: 10 }, (_, i) => i % 3);
    const weights = Float64Array.from({ length: 9 }, normal);
    const loss = (w: Float64Array) => {
      let sum = 0.5 * 1e-4 * w.reduce((total, each) => total + each * each, 0);
      for (let i = 0; i < 10; i++) {
        const scores = [0, 1, 2].map((c) =>
          [0, 1, 2].reduce((s, d) => s + w[3 * c + d]! * rows[3 * i + d]!, 0),
        );
        sum += (Math.log(scores.reduce((s, score) => s + Math.exp(score), 0)) - scores[targets[i]!]!) / 10;
      }
      return sum;
    };
    const found = probeGradient(rows, targets, weights, 3);
    for (let at = 0; at < 9; at++) {
      const [up, down] = [1e-5, -1e-5].map((h) => loss(weights.with(at, weights[at]! + h)));
      expect(found[at]).toBeCloseTo((up! - down!) / 2e-5, 8);
    }
  });

  it("tells apart what can be told, and no more", () => {
    const right = (probe: ReturnType<typeof fitLinearProbe>, truth: Int32Array) =>
      probeClasses(probe, features).filter((found, i) => found === truth[i]).length / 300;
    expect(right(fitLinearProbe({ features, labels, dimensions: 2 }), labels)).toBeGreaterThan(0.93);
    const next = uniform(3);
    const random = labels.map(() => Math.floor(3 * next()));
    expect(right(fitLinearProbe({ features, labels: random, dimensions: 2 }), random)).toBeLessThan(0.5);
  });
});

describe("nearestNeighbourClasses", () => {
  it("is what sorting all distances gives", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(points, fc.integer({ min: -9, max: 9 }), (references, query) => {
        // A third of a unit off the grid, so that no two distances on either side are equal.
        const q = query + 1 / 3;
        const unique = [...new Map(references).entries()];
        const sorted = [...unique].sort(([a], [b]) => Math.abs(a - q) - Math.abs(b - q)).slice(0, 3);
        const votes = sorted.map(([, label]) => label);
        const most = Math.max(...votes.map((label) => votes.filter((other) => other === label).length));
        const expected = votes.find((label) => votes.filter((other) => other === label).length === most);
        const features = Float32Array.from(unique, ([x]) => x);
        const labels = unique.map(([, label]) => label);
        const found = nearestNeighbourClasses({ features, labels, dimensions: 1 }, Float32Array.of(q), 3);
        expect(found[0]).toBe(expected);
      }),
    );
  });
});

describe("principal components", () => {
  const normal = normals(21);
  const VALUES = 6;
  const rows = Float32Array.from(
    { length: 200 * VALUES },
    (_, at) => (1 + (at % VALUES)) * normal() + (at % 3),
  );

  it("are orthonormal, ordered, and what the data vary along", () => {
    const pca = principalComponents(rows, VALUES, 3);
    const scores = project(pca, rows);
    for (let c = 0; c < 3; c++) {
      const column = Array.from({ length: 200 }, (_, i) => scores[3 * i + c]!);
      const mean = column.reduce((sum, v) => sum + v, 0) / 200;
      expect(mean).toBeCloseTo(0, 4);
      expect(column.reduce((sum, v) => sum + v * v, 0) / 200).toBeCloseTo(pca.variances[c]!, 3);
    }
    expect([...pca.variances].sort((a, b) => b - a)).toEqual([...pca.variances]);
    const total = residuals(pca, rows, scores).reduce((sum, v) => sum + v, 0) / 200;
    expect(total).toBeCloseTo(3 * pca.residualVariance, 3);
  });

  it("have the likelihood of the normal distribution they stand for", () => {
    const pca = principalComponents(rows, VALUES, 2);
    const covariance = Matrix.eye(VALUES).mul(pca.residualVariance);
    for (let c = 0; c < 2; c++) {
      const u = Matrix.columnVector(Array.from(pca.directions.subarray(c * VALUES, (c + 1) * VALUES)));
      covariance.add(u.mmul(u.transpose()).mul(pca.variances[c]! - pca.residualVariance));
    }
    const cholesky = new CholeskyDecomposition(covariance);
    const logDeterminant = new EigenvalueDecomposition(covariance).realEigenvalues.reduce(
      (s, v) => s + Math.log(v),
      0,
    );
    const found = probabilisticPcaLogLikelihood(pca, rows)!;
    for (const example of [0, 7, 199]) {
      const x = Matrix.columnVector(
        Array.from(rows.subarray(example * VALUES, (example + 1) * VALUES), (v, i) => v - pca.mean[i]!),
      );
      const distance = x.transpose().mmul(cholesky.solve(x)).get(0, 0);
      const expected = -0.5 * (VALUES * Math.log(2 * Math.PI) + logDeterminant + distance);
      expect(found[example]).toBeCloseTo(expected, 4);
    }
  });

  it("have no likelihood when nothing is left out", () => {
    expect(probabilisticPcaLogLikelihood(principalComponents(rows, VALUES, VALUES), rows)).toBeUndefined();
  });
});
