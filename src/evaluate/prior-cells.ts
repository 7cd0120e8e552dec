import { ConfigError, DataError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import { layoutOf } from "../nn/parameters.ts";
import type { Runtime } from "../runtime/session.ts";
import { RowFunction } from "./row-function.ts";

/** How points of a latent plane are spread over cells of equal probability under the prior N(0, I). */
export interface PriorCells {
  /** Along each axis: a cell holds 1/side² of the prior. */
  readonly side: number;
  /**
   * Points in each cell, row after row as one reads: the first row has the greatest second coordinates, and in a row
   * the first coordinate grows. Column c reaches from Φ⁻¹(c / side) to Φ⁻¹((c + 1) / side).
   */
  readonly counts: Uint32Array;
  /** Share of the prior in cells where points are less than a tenth as dense as the prior: 0 to 1. */
  readonly holes: number;
  /** Share of the points in cells where the prior is less than a tenth as dense as they are: 0 to 1. */
  readonly strays: number;
}

/** Ratio of densities beyond which a cell counts as a hole or its points as strays. */
const RATIO = 10;
const DEFAULT_SIDE = 20;

/**
 * Counts points of the plane in cells between evenly spaced percentiles of the prior. With counts n of N points in K
 * cells, `holes` is the share of cells with n < N / (10K), `strays` the share of points in cells with n > 10N / K. Both
 * are 0 for draws of the prior itself, given twenty points or so for each cell.
 * @param points N × 2, row-major
 * @throws {ConfigError} for a side that is not a positive integer
 * @throws {DataError} when there are no points, or part of one
 */
export async function priorCells(
  runtime: Runtime,
  points: Float32Array,
  { side = DEFAULT_SIDE }: { side?: number } = {},
): Promise<PriorCells> {
  if (!Number.isInteger(side) || side < 1)
    throw new ConfigError(`side is ${side}: it must be a positive integer, the cells along an axis`);
  if (points.length === 0 || points.length % 2 !== 0)
    throw new DataError(`${points.length} coordinates were given: points of a plane have two each`);
  const counts = new Uint32Array(side ** 2);
  const percentiles = await percentileFunction(runtime);
  const place = (percentile: number) => Math.min(side - 1, Math.floor(percentile * side));
  try {
    await percentiles.run(
      points.length / 2,
      ({ first, rows, buffers }) => buffers.z!.set(points.subarray(2 * first, 2 * (first + rows))),
      ({ rows, buffers: { percentile } }) => {
        for (let point = 0; point < rows; point++) {
          const row = side - 1 - place(percentile![2 * point + 1]!);
          counts[row * side + place(percentile![2 * point]!)]!++;
        }
      },
    );
  } finally {
    await percentiles.dispose();
  }
  const mean = points.length / 2 / counts.length;
  const holes = counts.filter((count) => count < mean / RATIO).length / counts.length;
  const crowded = counts.filter((count) => count > mean * RATIO);
  return {
    side,
    counts,
    holes,
    strays: crowded.reduce((sum, count) => sum + count, 0) / (points.length / 2),
  };
}

/** Φ(z) = ½(1 + erf(z / √2)) of each coordinate. */
function percentileFunction(runtime: Runtime): Promise<RowFunction> {
  const none = { parameterSpecs: [], stateSpecs: [], parameters: layoutOf([]), states: layoutOf([]) };
  const weights = { layout: none, parameters: new Float32Array(0), states: new Float32Array(0) };
  return RowFunction.compile(runtime, weights, {
    inputs: { z: [2] },
    build: (_, { z }) => ({ percentile: g.mul(g.add(g.erf(g.mul(z!, Math.SQRT1_2)), 1), 0.5) }),
  });
}
