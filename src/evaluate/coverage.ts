import { DataError } from "../common/errors.ts";
import { type Dataset, dataset } from "../data/dataset.ts";
import type { Runtime } from "../runtime/session.ts";
import { visitSquaredDistances } from "./distances.ts";
import type { LongWork } from "./row-function.ts";

/** Number of nearest neighbours that defines a point's neighbourhood, as in the paper. */
export const NEIGHBOURS = 5;

/**
 * The share of points in whose neighbourhood, the ball that reaches to their fifth nearest fellow, none of the others
 * lies: 1 − coverage (Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models", section
 * 3.2). Works in any number of dimensions and is invariant to rotation and scaling of the space.
 *
 * From 0 to 1. Where the others are r times as dense as the points, (1 + r)⁻⁵ of these count as uncovered: about half
 * at a seventh of their density, and 1/32 = 0.03, not 0, when both are equally many draws of one distribution.
 * @param points n × dimensions, row-major; more than five
 * @param others of the same dimensions; preferably the same number
 * @throws {DataError} when there are too few points
 */
export async function uncoveredShare(
  runtime: Runtime,
  points: Float32Array,
  others: Float32Array,
  dimensions: number,
  work: LongWork = {},
): Promise<number> {
  const count = points.length / dimensions;
  if (count <= NEIGHBOURS)
    throw new DataError(`${count} points were given: neighbourhoods need at least ${NEIGHBOURS + 1}`);
  const radii = await fellowDistances(runtime, points, rowsOf(points, dimensions), work);
  const nearest = new Float32Array(count).fill(Number.POSITIVE_INFINITY);
  await visitSquaredDistances(
    runtime,
    points,
    rowsOf(others, dimensions),
    ({ firstPoint, points: width, squares }) => {
      for (let at = 0; at < squares.length; at++) {
        const point = firstPoint + (at % width);
        if (squares[at]! < nearest[point]!) nearest[point] = squares[at]!;
      }
    },
    work,
  );
  return nearest.filter((square, point) => square > radii[point]!).length / count;
}

/** Squared distance of each point from its fifth nearest neighbour. */
async function fellowDistances(
  runtime: Runtime,
  points: Float32Array,
  fellows: Dataset,
  work: LongWork,
): Promise<Float32Array> {
  const least = new Float32Array(fellows.examples * NEIGHBOURS).fill(Number.POSITIVE_INFINITY);
  await visitSquaredDistances(
    runtime,
    points,
    fellows,
    ({ firstPoint, points: width, firstRow, rows, squares }) => {
      for (let row = firstRow, at = 0; row < firstRow + rows; row++)
        for (let point = firstPoint; point < firstPoint + width; point++, at++)
          if (point !== row) insert(least, point * NEIGHBOURS, squares[at]!);
    },
    work,
  );
  return Float32Array.from({ length: fellows.examples }, (_, point) => least[(point + 1) * NEIGHBOURS - 1]!);
}

/** Into a sorted list of fixed length, if it is among its least. */
function insert(list: Float32Array, start: number, value: number): void {
  let place = start + NEIGHBOURS - 1;
  if (!(value < list[place]!)) return;
  for (; place > start && list[place - 1]! > value; place--) list[place] = list[place - 1]!;
  list[place] = value;
}

function rowsOf(values: Float32Array, dimensions: number): Dataset {
  return dataset(values, { shape: [dimensions], name: "latent points" });
}
