/** How two latent dimensions are laid out on a plane; encodings and decodings drawn with the same axes agree. */
import { ConfigError } from "../common/errors.ts";
import { normalDistribution, normalQuantile } from "../numerics/normal.ts";
import { requireInteger } from "./pixels.ts";

export type Range = readonly [low: number, high: number];

/**
 * `percentile` spaces a coordinate z by Φ(z), its percentile under the standard normal prior, so that equal areas hold
 * equal probability; `linear` by z itself. The ranges are what the plane shows, in percentiles (0 to 1) or in z.
 */
export interface LatentAxes {
  readonly scale: "percentile" | "linear";
  readonly x: Range;
  readonly y: Range;
}

/** The whole of the prior, from percentile 0 to 1. */
export const PRIOR_PERCENTILES: LatentAxes = { scale: "percentile", x: [0, 1], y: [0, 1] };

/** Around 99 % of the prior's mass lies within three standard deviations of two dimensions. */
const PRIOR_REACH = 3;
const MARGIN = 1.04;

/**
 * Equal linear axes about the origin on which every point lies, and the prior within three standard deviations.
 * @param points n × 2; those not finite are left out of account
 */
export function fittingAxes(points: Float32Array): LatentAxes {
  const reach = points.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    PRIOR_REACH,
  );
  const range: Range = [-reach * MARGIN, reach * MARGIN];
  return { scale: "linear", x: range, y: range };
}

/** @throws {ConfigError} for a range that is not from low to high, or percentiles outside 0 to 1 */
export function requireAxes({ scale, x, y }: LatentAxes): void {
  for (const [low, high] of [x, y]) {
    if (!(low < high) || !Number.isFinite(high - low))
      throw new ConfigError(
        `an axis goes from ${low} to ${high}; it must go from a finite number to a greater one`,
      );
    if (scale === "percentile" && (low < 0 || high > 1))
      throw new ConfigError(
        `an axis goes from percentile ${low} to ${high}; percentiles lie between 0 and 1`,
      );
  }
}

/** Where z lies in a range: 0 at its low end, 1 at its high end, beyond them outside. */
export function positionOf(scale: LatentAxes["scale"], [low, high]: Range, z: number): number {
  return ((scale === "percentile" ? normalDistribution(z) : z) - low) / (high - low);
}

/** The z that lies at a position: the inverse of {@link positionOf}. */
export function coordinateAt(scale: LatentAxes["scale"], [low, high]: Range, position: number): number {
  const value = low + position * (high - low);
  return scale === "percentile" ? normalQuantile(value) : value;
}

/**
 * The latent points of a grid of decodings: the centres of nx × ny equal cells of the plane. Over the whole prior these
 * are its percentiles (i + ½)/n, which unlike evenly spaced points that include both ends are all finite. (The essay's
 * code took 20 × 20 points of a linear range from −4 to 4, with both ends.)
 * @returns [ny × nx, 2], row after row as one reads: the first has the largest second coordinate, and in a row the
 *   first coordinate grows
 * @throws {ConfigError} for axes or numbers of cells that make no grid
 */
export function latentGrid(axes: LatentAxes, nx: number, ny: number): Float32Array {
  requireAxes(axes);
  requireInteger("nx", nx, 1);
  requireInteger("ny", ny, 1);
  const points = new Float32Array(2 * nx * ny);
  for (let row = 0; row < ny; row++) {
    const z2 = coordinateAt(axes.scale, axes.y, 1 - (row + 0.5) / ny);
    for (let column = 0; column < nx; column++) {
      const at = 2 * (row * nx + column);
      points[at] = coordinateAt(axes.scale, axes.x, (column + 0.5) / nx);
      points[at + 1] = z2;
    }
  }
  return points;
}

/** Height of the plane over its width, which makes one unit as long upwards as sideways. */
export function aspectOf({ x, y }: LatentAxes): number {
  return (y[1] - y[0]) / (x[1] - x[0]);
}

/** In the order in which they claim their place. */
const WELL_KNOWN = [0, -1, 1, -2, 2, -0.5, 0.5, -3, 3, -1.5, 1.5, -4, 4];

/**
 * Coordinates worth a tick on a percentile axis, where evenly spaced ones would crowd at the ends.
 * @param apart the least distance between two, in positions
 */
export function percentileTicks(range: Range, apart: number): number[] {
  const chosen: number[] = [];
  for (const z of WELL_KNOWN) {
    const at = positionOf("percentile", range, z);
    const fits = chosen.every((other) => Math.abs(positionOf("percentile", range, other) - at) >= apart);
    if (at >= 0 && at <= 1 && fits) chosen.push(z);
  }
  return chosen.sort((a, b) => a - b);
}
