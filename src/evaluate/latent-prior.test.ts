import { beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { fitGaussian, standardNormal } from "./latent-prior.ts";
import { EvaluationNoise } from "./noise.ts";

let noise: EvaluationNoise;
beforeAll(async () => {
  noise = await EvaluationNoise.create();
});

function normals(length: number): Float32Array {
  const values = new Float32Array(length);
  noise.fill(values, { seed: 9, stream: "prior" });
  return values;
}

/** Mean and covariance of rows, in double precision. */
function moments(rows: Float32Array, size: number) {
  const count = rows.length / size;
  const dimensions = Array.from({ length: size }, (_, d) => d);
  const column = (d: number) => Array.from({ length: count }, (_, row) => rows[row * size + d]!);
  const mean = dimensions.map((d) => column(d).reduce((sum, value) => sum + value, 0) / count);
  const covariance = dimensions.map((a) =>
    dimensions.map((b) => {
      const other = column(b);
      return (
        column(a).reduce((sum, value, row) => sum + (value - mean[a]!) * (other[row]! - mean[b]!), 0) / count
      );
    }),
  );
  return { mean, covariance };
}

function expectClose(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(wanted.length);
  for (const [at, value] of wanted.entries()) expect(Math.abs(found[at]! - value)).toBeLessThan(tolerance);
}

/** (x, y, w) ↦ (3x + 1, x + 0.1y − 2, w), whose covariance is known. */
const skewed = (standard: Float32Array) =>
  standard.map((value, at, all) => {
    const start = at - (at % 3);
    return [3 * all[start]! + 1, all[start]! + 0.1 * all[start + 1]! - 2, value][at % 3]!;
  });

describe("fitGaussian", () => {
  it("standardises the points it was fitted to", () => {
    const points = skewed(normals(3000));
    const gaussian = fitGaussian(points, 3);
    const { mean, covariance } = moments(gaussian.standardize(points), 3);
    expectClose(mean, [0, 0, 0], 1e-5);
    expectClose(covariance.flat(), [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-4);
  });

  it("places standard normal draws with the distribution's moments", () => {
    const gaussian = fitGaussian(skewed(normals(300_000)), 3);
    const { mean, covariance } = moments(gaussian.place(normals(300_000)), 3);
    expectClose(mean, [1, -2, 0], 0.05);
    expectClose(covariance.flat(), [9, 3, 0, 3, 1.01, 0, 0, 0, 1], 0.15);
  });

  it("places what it standardises where it was", () => {
    const points = skewed(normals(300));
    const gaussian = fitGaussian(points, 3);
    expectClose([...gaussian.place(gaussian.standardize(points))], [...points], 1e-4);
  });

  it("leaves out directions in which points do not vary", () => {
    const along = normals(100);
    const line = Float32Array.from(
      { length: 300 },
      (_, at) => [1, 2, -1][at % 3]! * along[Math.floor(at / 3)]! + 4,
    );
    const gaussian = fitGaussian(line, 3);
    expect(gaussian.rank).toBe(1);
    expect(gaussian.standardize(line)).toHaveLength(100);
    expectClose([...gaussian.place(gaussian.standardize(line))], [...line], 1e-4);
  });

  it("refuses points that are all the same", () => {
    expect(() => fitGaussian(new Float32Array(20).fill(0.1), 2)).toThrow(DataError);
    expect(() => fitGaussian(Float32Array.of(1, 2), 2)).toThrow(/all latent points are the same/);
  });
});

it("leaves points alone under the standard normal distribution", () => {
  const points = normals(12);
  const { rank, standardize, place } = standardNormal(3);
  expect(rank).toBe(3);
  expect(place(standardize(points))).toEqual(points);
});
