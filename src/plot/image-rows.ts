/** Labelled rows of images: traversals, interpolations, attributes added step by step. */
import { DataError } from "../common/errors.ts";
import type { Figure } from "./figure.ts";
import { filledPixels, requireInteger } from "./pixels.ts";
import { drawScaledImage } from "./scaled-image.ts";
import { FAINT_INK, fitText, svgText, textWidth } from "./text.ts";
import { imagesOf } from "./tiles.ts";
import { titleBlock, titleWidth } from "./title.ts";

export interface ImageRowsOptions {
  /** [height, width, channels] with 1 channel (grey) or 3 (red-green-blue). */
  readonly shape: readonly number[];
  /** Images in a row. */
  readonly columns: number;
  /** One for each row, at its left. */
  readonly rowLabels?: readonly string[] | undefined;
  /** One for each column, over it. */
  readonly columnLabels?: readonly string[] | undefined;
  readonly title?: string | undefined;
  /** The longer side of an image in CSS pixels; default 48. */
  readonly imageSize?: number | undefined;
  /** Pixels in a CSS pixel; default 2. */
  readonly pixelRatio?: number | undefined;
  /** Draws 0 as white and 1 as black, ink on paper. */
  readonly invert?: boolean | undefined;
}

const EDGE = 14;
const GAP = 2;
/** A title makes a figure no wider than this. */
const NARROW = 400;
const LABEL = { size: 12, line: 20, gap: 10, widest: 200 };

/**
 * @param values rows × columns × height × width × channels, in [0, 1]: values outside are clamped, NaN is drawn magenta
 * @throws {DataError} for no images, part of one or of a row, or labels that do not match rows and columns
 * @throws {ConfigError} for a shape that is not an image's, or sizes that are no whole numbers
 */
export function imageRows(values: Float32Array, options: ImageRowsOptions): Figure {
  const { shape, columns, title, imageSize = 48, pixelRatio = 2, invert = false } = options;
  const images = imagesOf(values, shape);
  requireInteger("columns", columns, 1);
  requireInteger("imageSize", imageSize, 1);
  requireInteger("pixelRatio", pixelRatio, 1);
  const rows = images.count / columns;
  if (!Number.isInteger(rows))
    throw new DataError(`${images.count} images do not fill rows of ${columns}; give whole rows`);
  const { rowLabels = [], columnLabels = [] } = options;
  requireLabels("row", rowLabels, rows);
  requireLabels("column", columnLabels, columns);

  const scale = imageSize / Math.max(images.width, images.height);
  const cell = {
    width: Math.max(1, Math.round(images.width * scale)),
    height: Math.max(1, Math.round(images.height * scale)),
  };
  const grid = { width: columns * (cell.width + GAP) - GAP, height: rows * (cell.height + GAP) - GAP };
  const longest = Math.max(0, ...rowLabels.map((label) => textWidth(label, LABEL.size)));
  const labels = longest > 0 ? Math.ceil(Math.min(longest, LABEL.widest)) + LABEL.gap : 0;
  const left = EDGE + labels;
  const width = Math.max(left + grid.width, title ? Math.min(EDGE + titleWidth(title), NARROW) : 0) + EDGE;
  const heading = titleBlock(title, EDGE, EDGE, width - 2 * EDGE);
  const top = EDGE + heading.height + (columnLabels.length > 0 ? LABEL.line : 0);

  const pixels = filledPixels(grid.width * pixelRatio, grid.height * pixelRatio, [255, 255, 255]);
  for (let index = 0; index < images.count; index++) {
    const box = {
      left: (index % columns) * (cell.width + GAP) * pixelRatio,
      top: Math.floor(index / columns) * (cell.height + GAP) * pixelRatio,
      width: cell.width * pixelRatio,
      height: cell.height * pixelRatio,
    };
    drawScaledImage(pixels, images, index, box, invert);
  }

  const vector: string[] = [heading.vector];
  rowLabels.forEach((label, row) => {
    const middle = top + row * (cell.height + GAP) + cell.height / 2;
    const text = fitText(label, LABEL.size, LABEL.widest);
    vector.push(
      svgText(text, left - LABEL.gap, middle + 0.36 * LABEL.size, { size: LABEL.size, anchor: "end" }),
    );
  });
  columnLabels.forEach((label, column) => {
    const middle = left + column * (cell.width + GAP) + cell.width / 2;
    const text = fitText(label, LABEL.size, cell.width + GAP);
    vector.push(svgText(text, middle, top - 7, { size: LABEL.size, anchor: "middle", fill: FAINT_INK }));
  });
  return {
    width,
    height: top + grid.height + EDGE,
    pixelRatio,
    rasters: [{ left, top, pixels }],
    vector: vector.join(""),
  };
}

function requireLabels(of: string, labels: readonly string[], count: number): void {
  if (labels.length !== 0 && labels.length !== count)
    throw new DataError(`there are ${labels.length} ${of} labels for ${count} ${of}s; give one for each`);
}
