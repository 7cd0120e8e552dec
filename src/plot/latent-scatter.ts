/** The latent plane seen from the encoder's side: where it puts examples. */
import { DataError } from "../common/errors.ts";
import { type Classes, type ClassOptions, classesOf } from "./classes.ts";
import type { Figure } from "./figure.ts";
import { fittingAxes, type LatentAxes } from "./latent-axes.ts";
import { type LatentFigureOptions, latentFigure } from "./latent-figure.ts";
import { posteriorEllipses, priorContours } from "./latent-lines.ts";
import { type LatentPanel, toPointIn } from "./latent-panel.ts";
import { mark } from "./legend.ts";
import { type PointRasterOptions, pointRaster } from "./point-raster.ts";

/** How latent points are drawn. */
export interface ScatterOptions extends ClassOptions {
  /** Default: linear ones on which every point lies. */
  readonly axes?: LatentAxes | undefined;
  /** Default: z₁ and z₂. */
  readonly axisLabels?: readonly [x: string, y: string] | undefined;
  /** Below the title. */
  readonly caption?: string | undefined;
  /** Of points, in CSS pixels; default: smaller the more there are, from 3 to 1. */
  readonly radius?: number | undefined;
  /** Of points, 0 to 1; default: lower the more there are. */
  readonly opacity?: number | undefined;
  /** ln σ² of the posteriors, n × 2: draws one-sigma ellipses. */
  readonly logVariance?: Float32Array | undefined;
  /** Ellipses drawn, of examples evenly spaced in the list; default 80. */
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
  const {
    axes = fittingAxes(means, options.priorContours ? 3 : 1),
    axisLabels,
    caption,
    logVariance,
    ellipses = 80,
  } = options;
  if (logVariance && logVariance.length !== means.length)
    throw new DataError(
      `there are ${logVariance.length} variances for ${means.length} means; give one for each`,
    );
  const look = (area: number) => {
    const found = pointLook(count, area, classes, options);
    // Ellipses are read where the points behind them are faint.
    return logVariance ? { ...found, opacity: 0.4 * found.opacity } : found;
  };
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
      const style = look((width * height) / pixelRatio ** 2);
      const raster = { ...style, width, height, radius: style.radius * pixelRatio };
      return pointRaster(x, y, classes.styleOf, raster);
    },
    vectorPaint:
      count > MOST_VECTOR_POINTS
        ? undefined
        : (toPoint, area) => {
            const { radius, opacity } = look(area);
            return Array.from({ length: count }, (_, index) => {
              const [x, y] = toPoint(means[2 * index]!, means[2 * index + 1]!);
              return Number.isFinite(x + y) ? mark(classes.styleOf(index), x, y, radius, opacity) : "";
            }).join("");
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

/** More points than this make an SVG file that opens slowly: they are pixels in it. */
const MOST_VECTOR_POINTS = 6000;

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
