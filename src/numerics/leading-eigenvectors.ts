import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { dotProducts, transpose } from "./dot-products.ts";
import { minimalStandard } from "./fixed-shuffle.ts";

/** Eigenvalues in descending order, and their vectors. */
interface Eigenpairs {
  readonly values: Float64Array;
  /** [count, size], row-major; orthonormal. */
  readonly vectors: Float64Array;
}

/** Vectors carried along beside those asked for: the further the first eigenvalue left out, the fewer rounds. */
const spareOf = (count: number): number => Math.max(12, Math.ceil(count / 4));
/** Residual ‖Av − λv‖ at which a pair is found, as a part of the largest eigenvalue. */
const TOLERANCE = 1e-10;
/** Products with the matrix; eigenvalues that need more are too close together to tell their directions apart. */
const MOST_PRODUCTS = 200;
const HIGHEST_DEGREE = 20;
/** Of the filter at the largest eigenvalue: with more, rounding errors there drown the small ones. */
const MOST_AMPLIFICATION = 1e7;

/**
 * The `count` largest eigenvalues of a symmetric positive semidefinite matrix, by Chebyshev-filtered subspace iteration
 * (Zhou, Saad, Tiago & Chelikowsky 2006), which needs a few dozen products of the matrix and a block of vectors.
 * @param matrix [size, size]
 */
export function leadingEigenpairs(matrix: Float64Array, size: number, count: number): Eigenpairs {
  const block = count + spareOf(count);
  // For a large share of the eigenvalues a full decomposition is faster.
  if (6 * block >= size) return firstOf(decompose(matrix, size), count);
  const random = minimalStandard();
  let vectors = orthonormal(
    Float64Array.from({ length: block * size }, () => random() - 0.5),
    size,
  );
  for (let products = 1; ; ) {
    const images = dotProducts(vectors, matrix, size);
    const ritz = decompose(dotProducts(images, vectors, size), block);
    vectors = combine(ritz.vectors, vectors, size);
    const found = { values: ritz.values, vectors };
    const residual = largestResidual(found, combine(ritz.vectors, images, size), count);
    if (residual <= TOLERANCE * ritz.values[0]! || products >= MOST_PRODUCTS) return firstOf(found, count);
    const degree = degreeFor(ritz.values);
    vectors = orthonormal(filtered(matrix, vectors, ritz.values.at(-1)!, degree), size);
    products += degree + 1;
  }
}

/** The filter's degree: amplifies the largest eigenvalue by at most {@link MOST_AMPLIFICATION}. */
function degreeFor(values: Float64Array): number {
  const largest = (2 * values[0]!) / values.at(-1)! - 1;
  const degree = Math.floor(Math.acosh(MOST_AMPLIFICATION) / Math.acosh(largest));
  return Number.isFinite(degree) ? Math.max(1, Math.min(HIGHEST_DEGREE, degree)) : 1;
}

/**
 * Tₖ(2A/edge − 1) of each vector: the Chebyshev polynomial is at most 1 where eigenvalues lie between 0 and the edge,
 * and grows fastest beyond it.
 */
function filtered(matrix: Float64Array, vectors: Float64Array, edge: number, degree: number): Float64Array {
  const size = Math.sqrt(matrix.length);
  const images = dotProducts(vectors, matrix, size);
  // For a matrix of such low rank, one product finds the whole range.
  if (degree === 1 || !(edge > 0)) return images;
  let before = vectors;
  let now: Float64Array = images.map((image, at) => (2 * image) / edge - vectors[at]!);
  for (let k = 2; k <= degree; k++) {
    const next = dotProducts(now, matrix, size);
    for (let at = 0; at < next.length; at++) next[at] = (4 * next[at]!) / edge - 2 * now[at]! - before[at]!;
    [before, now] = [now, next];
  }
  return now;
}

/** Gram-Schmidt, each vector twice; one that lies in the span of those before it is replaced by a random one. */
function orthonormal(vectors: Float64Array, size: number): Float64Array {
  const random = minimalStandard();
  for (let first = 0; first < vectors.length; first += size) {
    const vector = vectors.subarray(first, first + size);
    for (let norm = Math.sqrt(dot(vector, vector)); ; norm = Math.sqrt(dot(vector, vector))) {
      for (let pass = 0; pass < 2; pass++)
        for (let before = 0; before < first; before += size) {
          const other = vectors.subarray(before, before + size);
          const part = dot(vector, other);
          for (let e = 0; e < size; e++) vector[e]! -= part * other[e]!;
        }
      const left = Math.sqrt(dot(vector, vector));
      if (left > 1e-12 * norm) {
        for (let e = 0; e < size; e++) vector[e]! /= left;
        break;
      }
      for (let e = 0; e < size; e++) vector[e] = random() - 0.5;
    }
  }
  return vectors;
}

function largestResidual(found: Eigenpairs, images: Float64Array, count: number): number {
  const size = images.length / found.values.length;
  let largest = 0;
  for (let pair = 0; pair < count; pair++) {
    let square = 0;
    for (let at = pair * size; at < (pair + 1) * size; at++)
      square += (images[at]! - found.values[pair]! * found.vectors[at]!) ** 2;
    largest = Math.max(largest, Math.sqrt(square));
  }
  return largest;
}

/** All pairs. @param matrix [size, size], symmetric up to rounding */
function decompose(matrix: Float64Array, size: number): Eigenpairs {
  const rows = Array.from({ length: size }, (_, i) => matrix.subarray(i * size, (i + 1) * size));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(rows), {
    assumeSymmetric: true,
  });
  // Ascending, as ml-matrix gives those of symmetric matrices.
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors.set(eigenvectorMatrix.getColumn(size - 1 - i), i * size);
  return { values: Float64Array.from(realEigenvalues).reverse(), vectors };
}

/** Sums of vectors: weights [n, block] times vectors [block, size]. */
function combine(weights: Float64Array, vectors: Float64Array, size: number): Float64Array {
  return dotProducts(weights, transpose(vectors, size), vectors.length / size);
}

function firstOf({ values, vectors }: Eigenpairs, count: number): Eigenpairs {
  const size = vectors.length / values.length;
  return { values: values.slice(0, count), vectors: vectors.slice(0, count * size) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < a.length; e++) sum += a[e]! * b[e]!;
  return sum;
}
