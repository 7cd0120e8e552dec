import { EigenvalueDecomposition, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { normals } from "../../test/reference/normals.ts";
import { DataError } from "../common/errors.ts";
import { momentsOf } from "./covariance.ts";
import {
  type PrincipalComponents,
  principalComponents,
  probabilisticPcaLogLikelihood,
  project,
} from "./principal-components.ts";

const normal = normals(21);
const VALUES = 6;
const rows = Float32Array.from(
  { length: 200 * VALUES },
  (_, at) => (1 + (at % VALUES)) * normal() + (at % 3),
);

function logLikelihoods(pca: PrincipalComponents): Float64Array | undefined {
  return probabilisticPcaLogLikelihood(pca, project(pca, rows));
}

describe("principal components", () => {
  it("are orthonormal, ordered, and what the data vary along", () => {
    const pca = principalComponents(rows, VALUES, 3);
    const { scores, squaredErrors } = project(pca, rows);
    for (let c = 0; c < 3; c++) {
      const column = Array.from({ length: 200 }, (_, i) => scores[3 * i + c]!);
      expect(column.reduce((sum, v) => sum + v, 0) / 200).toBeCloseTo(0, 9);
      expect(column.reduce((sum, v) => sum + v * v, 0) / 200).toBeCloseTo(pca.variances[c]!, 9);
    }
    expect([...pca.variances].sort((a, b) => b - a)).toEqual([...pca.variances]);
    // What is left out is the sum of the eigenvalues left out: the decomposition of the covariance has them.
    const { covariance } = momentsOf(rows, VALUES);
    const matrix = new Matrix(
      Array.from({ length: VALUES }, (_, i) => covariance.subarray(i * VALUES, (i + 1) * VALUES)),
    );
    const left = new EigenvalueDecomposition(matrix).realEigenvalues.sort((a, b) => a - b).slice(0, 3);
    const sum = left.reduce((total, each) => total + each, 0);
    expect(pca.residualVariance).toBeCloseTo(sum / 3, 9);
    expect(squaredErrors.reduce((total, each) => total + each, 0) / 200).toBeCloseTo(sum, 9);
  });

  it("reconstruct with the error that they say", () => {
    const pca = principalComponents(rows, VALUES, 2);
    const { scores, squaredErrors } = project(pca, rows);
    for (const example of [0, 31, 199]) {
      let square = 0;
      for (let v = 0; v < VALUES; v++) {
        const along = (c: number) => scores[2 * example + c]! * pca.directions[c * VALUES + v]!;
        square += (rows[example * VALUES + v]! - pca.mean[v]! - along(0) - along(1)) ** 2;
      }
      expect(squaredErrors[example]).toBeCloseTo(square, 9);
    }
  });

  it("find the directions that synthetic data were made of", () => {
    const [values, examples] = [80, 4000];
    const axes = [0, 1].map((c) =>
      Array.from({ length: values }, (_, v) => Number(v % 2 === c) / Math.sqrt(40)),
    );
    const data = new Float32Array(values * examples);
    for (let e = 0; e < examples; e++) {
      const [first, second] = [5 * normal(), 3 * normal()];
      for (let v = 0; v < values; v++)
        data[e * values + v] = first * axes[0]![v]! + second * axes[1]![v]! + 0.5 * normal();
    }
    const { directions, variances, residualVariance } = principalComponents(data, values, 2);
    for (const c of [0, 1]) {
      const cosine = axes[c]!.reduce((sum, value, v) => sum + value * directions[c * values + v]!, 0);
      expect(Math.abs(cosine)).toBeGreaterThan(0.99);
    }
    // Eigenvalues of a sample's covariance spread by λ·√(2/n).
    expect(Math.abs(variances[0]! - 25.25)).toBeLessThan(4 * 25.25 * Math.sqrt(2 / examples));
    expect(Math.abs(variances[1]! - 9.25)).toBeLessThan(4 * 9.25 * Math.sqrt(2 / examples));
    expect(residualVariance).toBeCloseTo(0.25, 2);
  });
});

describe("probabilisticPcaLogLikelihood", () => {
  it.each([1, 2, 3])(
    "is undefined for rows of rank 2, whose density is not finite, with %i components",
    (components) => {
      const flat = Float32Array.from({ length: 100 * 5 }, (_, at) => {
        const [u, v] = [Math.sin(Math.floor(at / 5)), Math.cos(3 * Math.floor(at / 5))];
        return (1 + (at % 5)) * u + ((at % 5) ** 2 % 3) * v;
      });
      const pca = principalComponents(flat, 5, components);
      const found = probabilisticPcaLogLikelihood(pca, project(pca, flat));
      if (components === 1) expect(found!.every(Number.isFinite)).toBe(true);
      else expect(found).toBeUndefined();
    },
  );

  it("is that of the normal distribution with covariance WWᵀ + σ²I", () => {
    const pca = principalComponents(rows, VALUES, 2);
    const weights = new Matrix(VALUES, 2);
    for (let v = 0; v < VALUES; v++)
      for (const c of [0, 1])
        weights.set(
          v,
          c,
          pca.directions[c * VALUES + v]! * Math.sqrt(pca.variances[c]! - pca.residualVariance),
        );
    const covariance = weights.mmul(weights.transpose()).add(Matrix.eye(VALUES).mul(pca.residualVariance));
    const precision = inverse(covariance);
    const { realEigenvalues } = new EigenvalueDecomposition(covariance);
    const logDeterminant = realEigenvalues.reduce((sum, each) => sum + Math.log(each), 0);
    const found = logLikelihoods(pca)!;
    for (const example of [0, 7, 199]) {
      const x = Matrix.columnVector(
        Array.from(rows.subarray(example * VALUES, (example + 1) * VALUES), (v, i) => v - pca.mean[i]!),
      );
      const distance = x.transpose().mmul(precision).mmul(x).get(0, 0);
      const expected = -0.5 * (VALUES * Math.log(2 * Math.PI) + logDeterminant + distance);
      expect(found[example]).toBeCloseTo(expected, 9);
    }
  });

  it("averages, over the rows fitted, to the maximum in closed form", () => {
    // Tipping & Bishop 1999, eq. 13 at its maximum: −½·(d·ln 2π + Σ ln λ + (d − q)·ln σ² + d).
    const pca = principalComponents(rows, VALUES, 4);
    const logs = pca.variances.reduce((sum, variance) => sum + Math.log(variance), 0);
    const expected =
      -0.5 * (VALUES * Math.log(2 * Math.PI) + logs + 2 * Math.log(pca.residualVariance) + VALUES);
    const mean = logLikelihoods(pca)!.reduce((sum, value) => sum + value, 0) / 200;
    expect(mean).toBeCloseTo(expected, 9);
  });

  it("is undefined when nothing is left out", () => {
    expect(logLikelihoods(principalComponents(rows, VALUES, VALUES))).toBeUndefined();
  });
});

describe("principalComponents of few points", () => {
  it("finds the axes of an ellipse, worked out by hand, each pointing to its larger entry", () => {
    // Deviations ±3 along (3, 4)/5 and ±1 along (−4, 3)/5 about (10, −2); variances 18/4 and 2/4.
    const points = new Float32Array([11.8, 0.4, 8.2, -4.4, 9.2, -1.4, 10.8, -2.6]);
    const { mean, directions, variances, shares } = principalComponents(points, 2);
    expect(mean[0]).toBeCloseTo(10, 5);
    expect(mean[1]).toBeCloseTo(-2, 5);
    for (const [at, value] of [0.6, 0.8, 0.8, -0.6].entries()) expect(directions[at]).toBeCloseTo(value, 5);
    expect(variances[0]).toBeCloseTo(4.5, 4);
    expect(variances[1]).toBeCloseTo(0.5, 4);
    expect(shares[0]).toBeCloseTo(0.9, 5);
  });

  it("has no variance where they do not differ", () => {
    const { variances, shares } = principalComponents(new Float32Array([1, 2, 1, 2]), 2);
    expect([...variances, ...shares]).toEqual([0, 0, 0, 0]);
  });

  it("refuses too few rows or values", () => {
    expect(() => principalComponents(new Float32Array(2), 2)).toThrow(DataError);
    expect(() => principalComponents(new Float32Array(5), 2)).toThrow(/5 values are not two rows/);
    expect(() => principalComponents(new Float32Array(4), 1, 2)).toThrow(/1 values have no 2 components/);
  });
});
