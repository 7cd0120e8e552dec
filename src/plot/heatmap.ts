import { ConfigError, DataError } from "../common/errors.ts";
import { filledPixels, fillRectangle, greyOf, NOT_A_NUMBER, type Pixels, requireInteger } from "./pixels.ts";

/** Wider cells would make a picture of few columns clumsy, larger pictures do not fit a page. */
const COMFORTABLE_WIDTH = 560;
const LARGEST_CELL = 12;
const LOWEST_ROW = 6;

/** How a heat map is drawn. */
export interface HeatmapOptions {
  /** Values in a row. */
  readonly columns: number;
  /** Values drawn black and white; default: the least and the greatest finite value. */
  readonly range?: readonly [low: number, high: number];
  /** Width of a value in pixels; default: what makes the picture about 560 pixels wide, at most 12. */
  readonly scale?: number;
  /** Height of a row in pixels; default: the scale, at least 6. */
  readonly rowHeight?: number;
}

/**
 * A grey map of rows that are not images, one example a line, the first on top.
 * @param rows n × columns, any values: those outside the range are clamped, NaN is drawn magenta
 * @throws {DataError} for no rows, or part of one
 * @throws {ConfigError} for a range that is not from low to high, or options that are no whole numbers
 */
export function heatmap(rows: Float32Array, options: HeatmapOptions): Pixels {
  const { columns, range = finiteRange(rows) } = options;
  requireInteger("columns", columns, 1);
  const scale = options.scale ?? Math.min(LARGEST_CELL, Math.max(1, Math.floor(COMFORTABLE_WIDTH / columns)));
  requireInteger("scale", scale, 1);
  const rowHeight = options.rowHeight ?? Math.max(scale, LOWEST_ROW);
  requireInteger("rowHeight", rowHeight, 1);
  if (rows.length === 0) throw new DataError("there are no rows to draw; give at least one");
  if (rows.length % columns !== 0)
    throw new DataError(`${rows.length} values are not whole rows; each needs ${columns}`);
  const [low, high] = range;
  if (!(low < high) || !Number.isFinite(high - low))
    throw new ConfigError(`the range is ${low} to ${high}; it must go from a finite number to a greater one`);

  const pixels = filledPixels(columns * scale, (rows.length / columns) * rowHeight, NOT_A_NUMBER);
  rows.forEach((value, index) => {
    const left = (index % columns) * scale;
    const top = Math.floor(index / columns) * rowHeight;
    fillRectangle(pixels, left, top, scale, rowHeight, greyOf((value - low) / (high - low)));
  });
  return pixels;
}

/** Never empty: one value alone lies in the middle. */
function finiteRange(values: Float32Array): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values)
    if (Number.isFinite(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (low > high) return [0, 1];
  const margin = low === high ? Math.abs(low) + 1 : 0;
  return [low - margin, high + margin];
}
