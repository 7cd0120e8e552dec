import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { DataError } from "../common/errors.ts";
import { type Moments, momentsOf } from "../numerics/covariance.ts";

/** Axes along which points vary less than this, of the greatest variance, count as flat. */
const FLAT = 1e-10;

/** A normal distribution over the latent space, as coordinates in which it is N(0, I). */
export interface LatentPrior {
  /** Coordinates: dimensions of the latent space in which it spreads. */
  readonly rank: number;
  /** @param points n × dimensions @returns n × rank */
  standardize(points: Float32Array): Float32Array;
  /** The inverse. @param standard n × rank @returns n × dimensions */
  place(standard: Float32Array): Float32Array;
}

/** The prior of variational autoencoders. */
export function standardNormal(dimensions: number): LatentPrior {
  return { rank: dimensions, standardize: (points) => points, place: (standard) => standard };
}

/**
 * The normal distribution with the mean and the whole covariance of points.
 * @param points n × dimensions, row-major
 * @throws {DataError} when all are the same
 */
export function fitGaussian(points: Float32Array, dimensions: number): LatentPrior {
  const moments = momentsOf(points, dimensions);
  const { mean } = moments;
  const axes = principalAxes(moments);
  const rank = axes.length;
  return {
    rank,
    standardize(some) {
      const standard = new Float32Array((some.length / dimensions) * rank);
      for (let at = 0; at < standard.length; at++) {
        const { direction, deviation } = axes[at % rank]!;
        const start = Math.floor(at / rank) * dimensions;
        const along = direction.reduce((sum, part, d) => sum + part * (some[start + d]! - mean[d]!), 0);
        standard[at] = along / deviation;
      }
      return standard;
    },
    place(standard) {
      const placed = new Float32Array((standard.length / rank) * dimensions);
      for (let at = 0; at < placed.length; at++) {
        const d = at % dimensions;
        const start = Math.floor(at / dimensions) * rank;
        const offset = axes.reduce(
          (sum, { direction, deviation }, axis) => sum + direction[d]! * deviation * standard[start + axis]!,
          0,
        );
        placed[at] = mean[d]! + offset;
      }
      return placed;
    },
  };
}

interface Axis {
  /** A unit vector. */
  readonly direction: readonly number[];
  readonly deviation: number;
}

/** Principal directions of the points, without those in which they do not vary. */
function principalAxes({ mean, covariance }: Moments): Axis[] {
  const { realEigenvalues: variances, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(mean.length, mean.length, covariance),
    { assumeSymmetric: true },
  );
  const greatest = Math.max(...variances);
  const magnitude = mean.reduce((sum, value) => sum + value ** 2, 0);
  if (!(greatest > Number.EPSILON * magnitude))
    throw new DataError("all latent points are the same: a normal distribution needs points that differ");
  return variances
    .map((variance, axis) => ({ variance, direction: eigenvectorMatrix.getColumn(axis) }))
    .filter(({ variance }) => variance > FLAT * greatest)
    .map(({ variance, direction }) => ({ direction, deviation: Math.sqrt(variance) }));
}
