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
  /** Whether axes are in latent units or in quantiles of the prior. */
  readonly scale: "percentile" | "linear";
  /** Range along the horizontal axis. */
  readonly x: Range;
  /** Range along the vertical axis. */
  readonly y: Range;
}

/** The whole of the prior, from percentile 0 to 1. */
export const PRIOR_PERCENTILES: LatentAxes = { scale: "percentile", x: [0, 1], y: [0, 1] };

/** Of a plane's width, on each side. */
const MARGIN = 0.04;
/** A plane's shorter side is at least this part of its longer one. */
const LEAST_ASPECT = 0.62;

/**
 * Linear axes about the points, on which every one of them lies, and the origin with one standard deviation of the prior
 * about it.
 * @param points n × 2; those not finite are left out of account
 * @param reach of the prior that is shown at least, in standard deviations
 */
export function fittingAxes(points: Float32Array, reach = 1): LatentAxes {
  const low = [-reach, -reach];
  const high = [reach, reach];
  points.forEach((value, at) => {
    if (!Number.isFinite(value)) return;
    low[at % 2] = Math.min(low[at % 2]!, value);
    high[at % 2] = Math.max(high[at % 2]!, value);
  });
  return roomy([low[0]!, high[0]!], [low[1]!, high[1]!]);
}

/** Axes that show what all of some show. */
export function jointAxes(all: readonly LatentAxes[]): LatentAxes {
  const over = (ranges: readonly Range[]): Range => [
    Math.min(...ranges.map(([low]) => low)),
    Math.max(...ranges.map(([, high]) => high)),
  ];
  return { scale: all[0]!.scale, x: over(all.map(({ x }) => x)), y: over(all.map(({ y }) => y)) };
}

/** With a margin, and neither strip so narrow that it is hard to read. */
function roomy(x: Range, y: Range): LatentAxes {
  const longer = Math.max(x[1] - x[0], y[1] - y[0]);
  const widened = ([low, high]: Range): Range => {
    const length = Math.max(high - low, LEAST_ASPECT * longer) + 2 * MARGIN * longer;
    const middle = (low + high) / 2;
    return [middle - length / 2, middle + length / 2];
  };
  return { scale: "linear", x: widened(x), y: widened(y) };
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
