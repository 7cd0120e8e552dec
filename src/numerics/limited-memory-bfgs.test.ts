import { Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { between } from "../../test/reference/random.ts";
import { minimize } from "./limited-memory-bfgs.ts";

const SIZE = 25;
const STOP = { tolerance: 1e-9, mostSteps: 500 };

describe("minimize", () => {
  it("solves the linear equations that a quadratic's minimum is", () => {
    const factor = new Matrix([between(SIZE * SIZE, 3, -1, 1)]);
    const half = Matrix.from1DArray(SIZE, SIZE, factor.to1DArray());
    const curvature = half.mmul(half.transpose()).add(Matrix.eye(SIZE));
    const pull = Matrix.columnVector(between(SIZE, 4, -1, 1));
    const found = minimize(
      (point) => {
        const x = Matrix.columnVector(Array.from(point));
        const image = curvature.mmul(x);
        const value = 0.5 * x.dot(image) - x.dot(pull);
        return { value, gradient: Float64Array.from(image.sub(pull).to1DArray()) };
      },
      new Float64Array(SIZE),
      STOP,
    );
    const expected = solve(curvature, pull).to1DArray();
    for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 8);
  });

  it("shortens steps where a function is steeper than it promised", () => {
    // Σ cosh(8·(x − 1)): its curvature at 0 is 3,000 times that at the minimum.
    const found = minimize(
      (point) => ({
        value: point.reduce((sum, x) => sum + Math.cosh(8 * (x - 1)), 0),
        gradient: point.map((x) => 8 * Math.sinh(8 * (x - 1))),
      }),
      Float64Array.of(0, 0.9, 1.2),
      STOP,
    );
    for (const x of found) expect(x).toBeCloseTo(1, 8);
  });
});
