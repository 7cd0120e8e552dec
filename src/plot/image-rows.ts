/** Labelled rows of images: reconstructions, samples, traversals, interpolations, attributes. */
import { DataError } from "../common/errors.ts";
import type { Figure } from "./figure.ts";
import { filledPixels, requireInteger } from "./pixels.ts";
import { drawScaledImage } from "./scaled-image.ts";
import { FAINT_INK, fitText, svgText, textWidth, wrapText } from "./text.ts";
import { imagesOf } from "./tiles.ts";
import { titleBlock, titleWidth } from "./title.ts";

/** How rows of images are drawn. */
export interface ImageRowsOptions {
  /** [height, width, channels] with 1 channel (grey) or 3 (red-green-blue). */
  readonly shape: readonly number[];
  /** Images in a row. */
  readonly columns: number;
  /** Which image stands in each place, row after row, and -1 where none does; default: all, one after the other. */
  readonly places?: readonly number[] | undefined;
  /** Rows that belong together: wider gaps divide them from others. */
  readonly band?: number | undefined;
  /** One for each row, at its left. */
  readonly rowLabels?: readonly string[] | undefined;
  /** One for each column, over it. */
  readonly columnLabels?: readonly string[] | undefined;
  /** What follows a line break is a subtitle. */
  readonly title?: string | undefined;
  /** A faint line below all. */
  readonly note?: string | undefined;
  /** The longer side of an image in CSS pixels; default 48, or more where images are larger and fit. */
  readonly imageSize?: number | undefined;
  /** Pixels in a CSS pixel; default 2. */
  readonly pixelRatio?: number | undefined;
  /** Draws 0 as white and 1 as black, ink on paper. */
  readonly invert?: boolean | undefined;
}

const SIZE = { least: 48, most: 96, across: 900 };
const EDGE = 14;
const GAP = 2;
const BAND_GAP = 14;
/** A title makes a figure no wider than this. */
const NARROW = 400;
const LABEL = { size: 12, line: 20, gap: 10, widest: 200 };
const NOTE = { size: 11.5, line: 24 };

/**
 * @param values rows × columns × height × width × channels, in [0, 1]: values outside are clamped, NaN is drawn magenta
 * @throws {DataError} for no images, part of one or of a row, or labels that do not match rows and columns
 * @throws {ConfigError} for a shape that is not an image's, or sizes that are no whole numbers
 */
export function imageRows(values: Float32Array, options: ImageRowsOptions): Figure {
  const { shape, columns, title, note, pixelRatio = 2 } = options;
  requireInteger("columns", columns, 1);
  requireInteger("pixelRatio", pixelRatio, 1);
  const images = imagesOf(values, shape);
  const places = options.places ?? Array.from({ length: images.count }, (_, index) => index);
  const rows = places.length / columns;
  if (!Number.isInteger(rows))
    throw new DataError(`${places.length} images do not fill rows of ${columns}; give whole rows`);
  const { rowLabels = [], columnLabels = [], band = rows } = options;
  requireLabels("row", rowLabels, rows);
  requireLabels("column", columnLabels, columns);

  const cell = imageCell(images, options.imageSize ?? usualSize(images, columns));
  const leftOf = (column: number) => column * (cell.width + GAP);
  const topOf = (row: number) => row * (cell.height + GAP) + Math.floor(row / band) * (BAND_GAP - GAP);
  const grid = { width: leftOf(columns) - GAP, height: topOf(rows - 1) + cell.height };
  const longest = Math.max(0, ...rowLabels.map((label) => textWidth(label, LABEL.size)));
  const labels = longest > 0 ? Math.ceil(Math.min(longest, LABEL.widest)) + LABEL.gap : 0;
  const left = EDGE + labels;
  const width = Math.max(left + grid.width, title ? Math.min(EDGE + titleWidth(title), NARROW) : 0) + EDGE;
  const heading = titleBlock(title, EDGE, EDGE, width - 2 * EDGE);
  const top = EDGE + heading.height + (columnLabels.length > 0 ? LABEL.line : 0);

  const vector: string[] = [heading.vector];
  const pixels = filledPixels(grid.width * pixelRatio, grid.height * pixelRatio, [255, 255, 255]);
  places.forEach((index, place) => {
    if (index < 0) return;
    const [row, column] = [Math.floor(place / columns), place % columns];
    const box = { left: leftOf(column), top: topOf(row), ...cell };
    drawScaledImage(pixels, images, index, zoomed(box, pixelRatio), options.invert);
  });
  rowLabels.forEach((label, row) => {
    const middle = top + topOf(row) + cell.height / 2;
    const text = fitText(label, LABEL.size, LABEL.widest);
    const right = left - LABEL.gap;
    vector.push(svgText(text, right, middle + 0.36 * LABEL.size, { size: LABEL.size, anchor: "end" }));
  });
  columnLabels.forEach((label, column) => {
    const middle = left + leftOf(column) + cell.width / 2;
    const text = fitText(label, LABEL.size, cell.width + GAP);
    vector.push(svgText(text, middle, top - 7, { size: LABEL.size, anchor: "middle", fill: FAINT_INK }));
  });
  const notes = note === undefined ? [] : wrapText(note, NOTE.size, width - 2 * EDGE);
  const below = top + grid.height;
  notes.forEach((line, index) => {
    vector.push(
      svgText(line, EDGE, below + (index + 0.75) * NOTE.line, { size: NOTE.size, fill: FAINT_INK }),
    );
  });
  return {
    width,
    height: below + notes.length * NOTE.line + EDGE,
    pixelRatio,
    rasters: [{ left, top, pixels }],
    vector: vector.join(""),
  };
}

/** Of small images the size that shows them; of larger ones their own, up to twice that, where rows stay as wide as a slide. */
function usualSize({ width, height }: { width: number; height: number }, columns: number): number {
  const fitting = Math.floor(SIZE.across / columns) - GAP;
  return Math.max(SIZE.least, Math.min(SIZE.most, Math.max(width, height), fitting));
}

function imageCell(images: { width: number; height: number }, imageSize: number) {
  requireInteger("imageSize", imageSize, 1);
  const scale = imageSize / Math.max(images.width, images.height);
  return {
    width: Math.max(1, Math.round(images.width * scale)),
    height: Math.max(1, Math.round(images.height * scale)),
  };
}

function zoomed(box: { left: number; top: number; width: number; height: number }, ratio: number) {
  return {
    left: box.left * ratio,
    top: box.top * ratio,
    width: box.width * ratio,
    height: box.height * ratio,
  };
}

function requireLabels(of: string, labels: readonly string[], count: number): void {
  if (labels.length !== 0 && labels.length !== count)
    throw new DataError(`there are ${labels.length} ${of} labels for ${count} ${of}s; give one for each`);
}
