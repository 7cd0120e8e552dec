import { DataError } from "../common/errors.ts";
import { filledPixels, type Pixels, requireInteger } from "./pixels.ts";
import { drawImage, imagesOf, type TileOptions, tileStyle } from "./tiles.ts";

const MOST_COLUMNS = 14;
/** Gap between bands, in gaps between images. */
const BAND_GAPS = 5;

/** How examples and their reconstructions are drawn. */
export interface ReconstructionsOptions extends TileOptions {
  /** Images in a row; default: at most 14, chosen so that the last band is as full as possible. */
  readonly columns?: number;
}

/**
 * Inputs over their reconstructions. Where they do not fit into one row, a further band of both follows below.
 * @param inputs n × height × width × channels, values in [0, 1]: values outside are clamped, NaN is drawn magenta
 * @param reconstructions of the same shape
 * @throws {DataError} for no images, part of one, or unequal numbers
 * @throws {ConfigError} for a shape that is not an image's, or options that are no whole numbers
 */
export function reconstructionsPicture(
  inputs: Float32Array,
  reconstructions: Float32Array,
  options: ReconstructionsOptions,
): Pixels {
  const upper = imagesOf(inputs, options.shape);
  const lower = imagesOf(reconstructions, options.shape);
  const { count } = upper;
  if (lower.count !== count)
    throw new DataError(`there are ${lower.count} reconstructions of ${count} inputs; give one for each`);
  const { scale, gap, background } = tileStyle(upper, options);
  const columns = options.columns ?? fittingColumns(count);
  requireInteger("columns", columns, 1);

  const across = upper.width * scale + gap;
  const down = upper.height * scale + gap;
  const bandGap = BAND_GAPS * Math.max(gap, 1);
  const band = 2 * down - gap + bandGap;
  const bands = Math.ceil(count / columns);
  const pixels = filledPixels(gap + columns * across, 2 * gap + bands * band - bandGap, background);
  for (let index = 0; index < count; index++) {
    const left = gap + (index % columns) * across;
    const top = gap + Math.floor(index / columns) * band;
    drawImage(pixels, upper, index, left, top, scale);
    drawImage(pixels, lower, index, left, top + down, scale);
  }
  return pixels;
}

function fittingColumns(count: number): number {
  if (count <= MOST_COLUMNS) return count;
  let best = MOST_COLUMNS;
  for (let columns = MOST_COLUMNS - 1; 2 * columns >= MOST_COLUMNS; columns--)
    if (emptyPlaces(count, columns) < emptyPlaces(count, best)) best = columns;
  return best;
}

function emptyPlaces(count: number, columns: number): number {
  return Math.ceil(count / columns) * columns - count;
}
