import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { normals } from "../../test/reference/normals.ts";
import { leadingEigenpairs } from "./leading-eigenvectors.ts";

const SIZE = 120;

/** A symmetric matrix of these eigenvalues, turned by random reflections (Householder). */
function matrixOf(eigenvalues: readonly number[]): Float64Array {
  const normal = normals(17);
  let matrix = Matrix.diag([...eigenvalues]);
  for (let turn = 0; turn < 5; turn++) {
    const axis = Matrix.columnVector(Array.from({ length: SIZE }, normal));
    const reflection = Matrix.eye(SIZE).sub(axis.mmul(axis.transpose()).mul(2 / axis.dot(axis)));
    matrix = reflection.mmul(matrix).mmul(reflection);
  }
  return Float64Array.from(matrix.to1DArray());
}

const spectra: Record<string, number[]> = {
  "that fall slowly": Array.from({ length: SIZE }, (_, i) => 1 / (1 + i)),
  "over ten orders of magnitude": Array.from({ length: SIZE }, (_, i) => 10 ** (-i / 12)),
  "that repeat": Array.from({ length: SIZE }, (_, i) => (i < 3 ? 4 : i < 6 ? 2 : 1)),
  "of low rank": Array.from({ length: SIZE }, (_, i) => (i < 3 ? 3 - i : 0)),
  "that are all 0": new Array(SIZE).fill(0),
};

describe("leadingEigenpairs", () => {
  it.each(Object.entries(spectra))("finds eigenvalues %s", (_, eigenvalues) => {
    const matrix = matrixOf(eigenvalues);
    const { values, vectors } = leadingEigenpairs(matrix, SIZE, 6);
    const largest = Math.max(eigenvalues[0]!, 1e-300);
    for (let i = 0; i < 6; i++) {
      const vector = vectors.subarray(i * SIZE, (i + 1) * SIZE);
      expect(Math.abs(values[i]! - eigenvalues[i]!) / largest).toBeLessThan(1e-12);
      for (let row = 0; row < SIZE; row++) {
        const image = vector.reduce((sum, value, e) => sum + matrix[row * SIZE + e]! * value, 0);
        expect(Math.abs(image - values[i]! * vector[row]!) / largest).toBeLessThan(1e-9);
      }
      for (let j = 0; j <= i; j++) {
        const product = vector.reduce((sum, value, e) => sum + value * vectors[j * SIZE + e]!, 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
      }
    }
  });

  it("agrees with the whole decomposition where it needs no iteration", () => {
    const matrix = matrixOf(spectra["that fall slowly"]!);
    const rows = Array.from({ length: SIZE }, (_, i) => matrix.subarray(i * SIZE, (i + 1) * SIZE));
    const { realEigenvalues } = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
    const { values } = leadingEigenpairs(matrix, SIZE, SIZE);
    expect([...values]).toEqual([...realEigenvalues].reverse());
  });
});
