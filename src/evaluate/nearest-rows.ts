import { DataError } from "../common/errors.ts";
import { type Dataset, exampleSize, exampleValues } from "../data/dataset.ts";
import { withoutGaps } from "../data/without-gaps.ts";
import type { Runtime } from "../runtime/session.ts";
import { visitSquaredDistances } from "./distances.ts";
import type { LongWork } from "./row-function.ts";

/** For each query the nearest example of a dataset. */
interface NearestRows {
  readonly indices: Uint32Array;
  /** Root-mean-square difference per value from that example, √(‖query − example‖² / values): 0 for a copy. */
  readonly distances: Float64Array;
}

/**
 * Exact nearest neighbours: every query is compared with every example. Ties to within rounding are
 * broken arbitrarily; the distance is computed in double precision.
 * @param queries n × the examples' size, row-major, in the data's scaled units
 * @throws {DataError} when there are no queries, or part of one
 */
export async function nearestRows(
  runtime: Runtime,
  queries: Float32Array,
  data: Dataset,
  work: LongWork = {},
): Promise<NearestRows> {
  const size = exampleSize(data);
  const count = queries.length / size;
  if (count === 0 || !Number.isInteger(count))
    throw new DataError(
      `${queries.length} values were given to compare with ${data.name}: give whole rows of ${size} values, at least one`,
    );
  const indices = new Uint32Array(count);
  const least = new Float32Array(count).fill(Number.POSITIVE_INFINITY);
  await visitSquaredDistances(
    runtime,
    queries,
    data,
    ({ firstPoint, points, firstRow, rows, squares }) => {
      for (let row = 0, at = 0; row < rows; row++)
        for (let point = firstPoint; point < firstPoint + points; point++, at++)
          if (squares[at]! < least[point]!) {
            least[point] = squares[at]!;
            indices[point] = firstRow + row;
          }
    },
    work,
  );
  const nearest = exampleValues(withoutGaps(data), indices);
  return { indices, distances: rmsDifferences(queries, nearest, size) };
}

function rmsDifferences(a: Float32Array, b: Float32Array, size: number): Float64Array {
  const sums = new Float64Array(a.length / size);
  for (let at = 0; at < a.length; at++) sums[Math.floor(at / size)]! += (a[at]! - b[at]!) ** 2;
  return sums.map((sum) => Math.sqrt(sum / size));
}
