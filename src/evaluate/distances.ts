import { type Dataset, exampleSize, exampleValues } from "../data/dataset.ts";
import { withoutGaps } from "../data/without-gaps.ts";
import * as g from "../graph/build.ts";
import type { Weights } from "../models/weights.ts";
import { layoutOf } from "../nn/parameters.ts";
import type { Runtime } from "../runtime/session.ts";
import { type LongWork, RowFunction } from "./row-function.ts";

/** A block of the table of distances between rows and points. */
interface DistanceBlock {
  readonly firstPoint: number;
  readonly points: number;
  readonly firstRow: number;
  readonly rows: number;
  /** Squared Euclidean distances, [rows, points]; the buffer is used again for the next block. */
  readonly squares: Float32Array;
}

/** A block is at most 500 rows × 1,000 points: 2 MB. */
const POINTS_AT_ONCE = 1000;

/**
 * Squared distances of all rows of a dataset from all points, block by block, as ‖x‖² + ‖p‖² − 2x·p: one matrix
 * product in the engine. In single precision: small distances come out within rounding of the norms, which are taken
 * from the points' mean. Values that are missing in the data are taken as their mean.
 * @param points n × the rows' size, row-major
 */
export async function visitSquaredDistances(
  runtime: Runtime,
  points: Float32Array,
  data: Dataset,
  visit: (block: DistanceBlock) => void,
  { signal, onProgress }: LongWork = {},
): Promise<void> {
  const size = exampleSize(data);
  const whole = withoutGaps(data);
  const count = points.length / size;
  const centre = meanOfRows(points, size);
  for (let firstPoint = 0; firstPoint < count; firstPoint += POINTS_AT_ONCE) {
    const part = points.subarray(firstPoint * size, (firstPoint + POINTS_AT_ONCE) * size);
    const table = await distanceTable(runtime, centred(part, centre), centre);
    try {
      await table.run(
        data.examples,
        ({ first, rows, buffers }) =>
          buffers.x!.set(exampleValues(whole, { start: first, end: first + rows })),
        ({ first: firstRow, rows, buffers }) => {
          visit({ firstPoint, points: part.length / size, firstRow, rows, squares: buffers.squares! });
          onProgress?.(
            firstPoint * data.examples + (firstRow + rows) * (part.length / size),
            count * data.examples,
          );
        },
        signal ? { signal } : {},
      );
    } finally {
      await table.dispose();
    }
  }
}

function distanceTable(runtime: Runtime, points: Float32Array, centre: Float32Array): Promise<RowFunction> {
  const size = centre.length;
  const count = points.length / size;
  const fixed = fixedTensors({
    points: { shape: [count, size], values: points },
    norms: { shape: [count], values: squaredNorms(points, size) },
    centre: { shape: [size], values: centre },
  });
  return RowFunction.compile(runtime, fixed, {
    inputs: { x: [size] },
    build: (_, { x }) => {
      const fromCentre = g.sub(x!, g.input("centre", [size]));
      const norm = g.reduceSum(g.mul(fromCentre, fromCentre), [1], true);
      const product = g.gemm(
        g.mul(fromCentre, -2),
        g.input("points", [count, size]),
        g.input("norms", [count]),
        {
          transB: true,
        },
      );
      return { squares: g.add(product, norm) };
    },
  });
}

/** Tensors that stay the same for all rows, laid out as a model's weights are. */
function fixedTensors(
  tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>>,
): Weights {
  const layout = layoutOf(
    Object.entries(tensors).map(([name, { shape }]) => ({ name, shape, decay: false })),
  );
  const parameters = new Float32Array(layout.length);
  for (const { name, offset } of layout.slices) parameters.set(tensors[name]!.values, offset);
  const none = new Float32Array(0);
  return {
    layout: { parameterSpecs: [], stateSpecs: [], parameters: layout, states: layoutOf([]) },
    parameters,
    states: none,
  };
}

function meanOfRows(rows: Float32Array, size: number): Float32Array {
  const sums = new Float64Array(size);
  for (let at = 0; at < rows.length; at++) sums[at % size]! += rows[at]!;
  return Float32Array.from(sums, (sum) => (sum * size) / rows.length);
}

function centred(rows: Float32Array, centre: Float32Array): Float32Array {
  return rows.map((value, at) => value - centre[at % centre.length]!);
}

function squaredNorms(rows: Float32Array, size: number): Float32Array {
  const norms = new Float64Array(rows.length / size);
  for (let at = 0; at < rows.length; at++) norms[Math.floor(at / size)]! += rows[at]! ** 2;
  return Float32Array.from(norms);
}
