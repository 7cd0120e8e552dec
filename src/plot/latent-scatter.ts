/** The latent plane seen from the encoder's side: where it puts examples. */
import { DataError } from "../common/errors.ts";
import { type Classes, type ClassOptions, classesOf } from "./classes.ts";
import type { Figure } from "./figure.ts";
import { fittingAxes, type LatentAxes } from "./latent-axes.ts";
import { type LatentFigureOptions, latentFigure } from "./latent-figure.ts";
import { posteriorEllipses, priorContours } from "./latent-lines.ts";
import { type LatentPanel, toPointIn } from "./latent-panel.ts";
import { type PointRasterOptions, pointRaster } from "./point-raster.ts";

export interface ScatterOptions extends ClassOptions {
  /** Default: linear ones on which every point lies. */
  readonly axes?: LatentAxes | undefined;
  /** Default: z₁ and z₂. */
  readonly axisLabels?: readonly [x: string, y: string] | undefined;
  readonly caption?: string | undefined;
  /** Of points, in CSS pixels; default: smaller the more there are, from 3 to 1. */
  readonly radius?: number | undefined;
  /** Of points, 0 to 1; default: lower the more there are. */
  readonly opacity?: number | undefined;
  /** ln σ² of the posteriors, n × 2: draws one-sigma ellipses. */
  readonly logVariance?: Float32Array | undefined;
  /** Ellipses drawn, of examples evenly spaced in the list; default 200. */
  readonly ellipses?: number | undefined;
  /** Draws the circles on which the standard normal prior has one, two and three standard deviations. */
  readonly priorContours?: boolean | undefined;
}

/**
 * Posterior means coloured by class, on axes of which a unit is as long upwards as sideways. Points outside the axes'
 * ranges, and those not finite, are not seen.
 * @param means n × 2
 * @throws {DataError} for no points, or labels or variances that do not match them
 * @throws {ConfigError} for axes that make no plane, or a figure too narrow
 */
export async function latentScatter(
  means: Float32Array,
  options: ScatterOptions & LatentFigureOptions = {},
): Promise<Figure> {
  const classes = classesOf(pointsIn(means), options);
  return latentFigure([scatterPanel(means, classes, options)], classes.entries, options);
}

/** The plane of {@link latentScatter}, to be put beside others. */
export function scatterPanel(means: Float32Array, classes: Classes, options: ScatterOptions): LatentPanel {
  const count = pointsIn(means);
  const { axes = fittingAxes(means), axisLabels, caption, logVariance, ellipses = 200 } = options;
  if (logVariance && logVariance.length !== means.length)
    throw new DataError(
      `there are ${logVariance.length} variances for ${means.length} means; give one for each`,
    );
  return {
    axes,
    axisLabels,
    caption,
    paint(width, height, pixelRatio) {
      const toPoint = toPointIn(axes, { left: 0, top: 0, width, height });
      const x = new Float64Array(count);
      const y = new Float64Array(count);
      for (let index = 0; index < count; index++)
        [x[index], y[index]] = toPoint(means[2 * index]!, means[2 * index + 1]!);
      const look = pointLook(count, (width * height) / pixelRatio ** 2, classes, options);
      const raster = { ...look, width, height, radius: look.radius * pixelRatio };
      return pointRaster(x, y, classes.styleOf, raster);
    },
    lines: (toPoint) =>
      [
        logVariance && posteriorEllipses(means, logVariance, ellipses, classes.styleOf, toPoint),
        options.priorContours && priorContours(toPoint),
      ]
        .filter(Boolean)
        .join(""),
  };
}

/** Half of the plane would be covered if no two points overlapped: single ones are seen, and so is density. */
const COVERAGE = 0.45;
/** Smaller ones do not show their shape. */
const LEAST_SHAPED_RADIUS = 2;

function pointLook(
  count: number,
  area: number,
  { entries }: Classes,
  { radius, opacity }: ScatterOptions,
): Pick<PointRasterOptions, "radius" | "opacity" | "background"> {
  const least = entries.some(({ style }) => style.shape !== "disc") ? LEAST_SHAPED_RADIUS : 1;
  const fitting = Math.sqrt((COVERAGE * area) / (count * Math.PI));
  return {
    radius: radius ?? Math.min(3, Math.max(least, fitting)),
    opacity: opacity ?? Math.min(0.85, Math.max(0.35, 0.5 + 0.3 * Math.log2(fitting))),
    background: [255, 255, 255],
  };
}

function pointsIn(means: Float32Array): number {
  if (means.length === 0) throw new DataError("there are no points to draw; give at least one");
  if (means.length % 2 !== 0)
    throw new DataError(`${means.length} values are not points of a plane; each needs 2`);
  return means.length / 2;
}
