import { filledPixels, type Pixels, requireInteger } from "./pixels.ts";
import { drawImage, imagesOf, type TileOptions, tileStyle } from "./tiles.ts";

/** How a grid of images is drawn. */
export interface ImageGridOptions extends TileOptions {
  /** Images in a row; default: as many as make the grid about square. */
  readonly columns?: number;
}

/**
 * Images side by side, the first at the top left, row after row: samples, or any rows of a dataset of images.
 * @param rows n × height × width × channels, values in [0, 1]: values outside are clamped, NaN is drawn magenta
 * @throws {DataError} for no images, or part of one
 * @throws {ConfigError} for a shape that is not an image's, or options that are no whole numbers
 */
export function imageGrid(rows: Float32Array, options: ImageGridOptions): Pixels {
  const images = imagesOf(rows, options.shape);
  const { scale, gap, background } = tileStyle(images, options);
  const columns = options.columns ?? Math.ceil(Math.sqrt(images.count));
  requireInteger("columns", columns, 1);

  const across = images.width * scale + gap;
  const down = images.height * scale + gap;
  const lines = Math.ceil(images.count / columns);
  const pixels = filledPixels(gap + columns * across, gap + lines * down, background);
  for (let index = 0; index < images.count; index++) {
    const left = gap + (index % columns) * across;
    const top = gap + Math.floor(index / columns) * down;
    drawImage(pixels, images, index, left, top, scale);
  }
  return pixels;
}
