/** The latent plane seen from the decoder's side: what it makes of each point. */
import { DataError } from "../common/errors.ts";
import type { Figure } from "./figure.ts";
import { type LatentAxes, PRIOR_PERCENTILES } from "./latent-axes.ts";
import { type LatentFigureOptions, latentFigure } from "./latent-figure.ts";
import type { LatentPanel } from "./latent-panel.ts";
import { filledPixels, requireInteger } from "./pixels.ts";
import { drawScaledImage, fitInto } from "./scaled-image.ts";
import { imagesOf } from "./tiles.ts";

/** How decodings of a plane are drawn. */
export interface ManifoldOptions {
  /** [height, width, channels] with 1 channel (grey) or 3 (red-green-blue). */
  readonly shape: readonly number[];
  /** Those of the {@link latentGrid} that was decoded; default: the prior's percentiles. */
  readonly axes?: LatentAxes | undefined;
  /** Number of columns; default: the number of rows. */
  readonly nx?: number | undefined;
  /** Default: z₁ and z₂. */
  readonly axisLabels?: readonly [x: string, y: string] | undefined;
  /** Below the title. */
  readonly caption?: string | undefined;
  /** Draws 0 as white and 1 as black, ink on paper. */
  readonly invert?: boolean | undefined;
}

/**
 * Decodings, each in the cell of the plane whose centre was decoded. Images keep their proportions in their cells.
 * @param decoded ny × nx images in the order of {@link latentGrid}, values in [0, 1]: values outside are clamped, NaN
 *   is drawn magenta
 * @throws {DataError} for no images, part of one, or images that do not fill the grid
 * @throws {ConfigError} for axes that make no plane, a shape that is not an image's, or a figure too narrow
 */
export async function latentManifold(
  decoded: Float32Array,
  options: ManifoldOptions & LatentFigureOptions,
): Promise<Figure> {
  return latentFigure([manifoldPanel(decoded, options)], [], options);
}

/** The plane of {@link latentManifold}, to be put beside others. */
export function manifoldPanel(decoded: Float32Array, options: ManifoldOptions): LatentPanel {
  const { axes = PRIOR_PERCENTILES, axisLabels, caption, invert = false } = options;
  const images = imagesOf(decoded, options.shape);
  const nx = options.nx ?? Math.max(1, Math.round(Math.sqrt(images.count)));
  requireInteger("nx", nx, 1);
  if (images.count % nx !== 0)
    throw new DataError(
      `${images.count} images do not fill rows of ${nx}; give as many as the grid has points`,
    );
  const ny = images.count / nx;
  return {
    axes,
    axisLabels,
    caption,
    paint(width, height) {
      const pixels = filledPixels(width, height, invert ? [255, 255, 255] : [0, 0, 0]);
      for (let index = 0; index < images.count; index++) {
        const [column, row] = [index % nx, Math.floor(index / nx)];
        const left = Math.round((column * width) / nx);
        const top = Math.round((row * height) / ny);
        const right = Math.round(((column + 1) * width) / nx);
        const bottom = Math.round(((row + 1) * height) / ny);
        if (right === left || bottom === top) continue;
        const cell = { left, top, width: right - left, height: bottom - top };
        drawScaledImage(pixels, images, index, fitInto(cell, images), invert);
      }
      return pixels;
    },
  };
}
