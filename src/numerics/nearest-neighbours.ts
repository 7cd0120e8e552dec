import { dotProducts } from "./dot-products.ts";
import { type LabelledFeatures, mostFrequentClass } from "./labelled-features.ts";

/** Blocks of queries and references whose products fit into the processor's cache. */
const QUERIES_AT_ONCE = 100;
const REFERENCES_AT_ONCE = 1000;

/**
 * The class that most of the k nearest reference points have (Cover & Hart 1967), by Euclidean distance; ties go to
 * the class of the nearest.
 * @param queries [points, dimensions], row-major
 */
export function nearestNeighbourClasses(
  { features, labels, dimensions }: LabelledFeatures,
  queries: Float32Array | Float64Array,
  k: number,
): Int32Array {
  const centre = meanOf(features, dimensions);
  const references = centred(features, centre);
  const points = centred(queries, centre);
  const halfNorms = halfSquaredNorms(references, dimensions);
  const count = points.length / dimensions;
  const classes = new Int32Array(count);
  for (let first = 0; first < count; first += QUERIES_AT_ONCE) {
    const block = points.subarray(first * dimensions, (first + QUERIES_AT_ONCE) * dimensions);
    const nearest = Array.from(
      { length: block.length / dimensions },
      () => new Nearest(Math.min(k, halfNorms.length)),
    );
    for (let start = 0; start < halfNorms.length; start += REFERENCES_AT_ONCE) {
      const part = references.subarray(start * dimensions, (start + REFERENCES_AT_ONCE) * dimensions);
      const products = dotProducts(block, part, dimensions);
      const columns = part.length / dimensions;
      // ½‖r − q‖² without ½‖q‖², which all references share.
      for (const [query, found] of nearest.entries())
        for (let j = 0; j < columns; j++) {
          const distance = halfNorms[start + j]! - products[query * columns + j]!;
          if (distance < found.furthest) found.add(distance, start + j);
        }
    }
    for (const [query, { indices }] of nearest.entries())
      classes[first + query] = mostFrequentClass(indices.map((index) => labels[index]!));
  }
  return classes;
}

/** The nearest of all references seen so far; ties go to the first seen. */
class Nearest {
  private readonly distances: Float64Array;
  /** Nearest first. */
  readonly indices: Int32Array;
  furthest = Number.POSITIVE_INFINITY;

  constructor(size: number) {
    this.distances = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.indices = new Int32Array(size);
  }

  /** @param distance less than the furthest, whose place it takes */
  add(distance: number, index: number): void {
    const { distances, indices } = this;
    let place = distances.length - 1;
    for (; place > 0 && distances[place - 1]! > distance; place--) {
      distances[place] = distances[place - 1]!;
      indices[place] = indices[place - 1]!;
    }
    distances[place] = distance;
    indices[place] = index;
    this.furthest = distances.at(-1)!;
  }
}

function meanOf(rows: ArrayLike<number>, dimensions: number): Float64Array {
  const mean = new Float64Array(dimensions);
  for (let at = 0; at < rows.length; at++) mean[at % dimensions]! += (rows[at]! * dimensions) / rows.length;
  return mean;
}

function centred(rows: Float32Array | Float64Array, centre: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let at = 0; at < out.length; at++) out[at]! -= centre[at % centre.length]!;
  return out;
}

function halfSquaredNorms(rows: Float64Array, dimensions: number): Float64Array {
  const norms = new Float64Array(rows.length / dimensions);
  for (let at = 0; at < rows.length; at++) norms[Math.floor(at / dimensions)]! += 0.5 * rows[at]! ** 2;
  return norms;
}
