/** Labelled rows of images or of profiles: reconstructions, samples, traversals, interpolations, attributes. */
import { DataError } from "../common/errors.ts";
import type { Figure } from "./figure.ts";
import { filledPixels, requireInteger } from "./pixels.ts";
import { type Profiles, profileAxes, profileElements, profilesIn } from "./profiles.ts";
import { drawScaledImage } from "./scaled-image.ts";
import { FAINT_INK, fitText, svgText, textWidth } from "./text.ts";
import { imagesOf } from "./tiles.ts";
import { titleBlock, titleWidth } from "./title.ts";

export interface ImageRowsOptions {
  /** [height, width, channels] with 1 channel (grey) or 3 (red-green-blue); of profiles, the shape of a row. */
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
  /** The longer side of an image in CSS pixels; default 48, of profiles 120 or less, so that rows fit a slide. */
  readonly imageSize?: number | undefined;
  /** Pixels in a CSS pixel; default 2. */
  readonly pixelRatio?: number | undefined;
  /** Draws 0 as white and 1 as black, ink on paper. */
  readonly invert?: boolean | undefined;
  /** Draws the values as lines over their places in a row, with axes. */
  readonly profiles?: Profiles | undefined;
}

const EDGE = 14;
const GAP = 2;
const BAND_GAP = 14;
/** A title makes a figure no wider than this. */
const NARROW = 400;
const LABEL = { size: 12, line: 20, gap: 10, widest: 200 };
const NOTE = { size: 11.5, line: 24 };
/** Profiles side by side are together about as wide as a slide. */
const PROFILE = { across: 900, widest: 150, narrowest: 64, aspect: 0.62, gap: 8 };

/**
 * @param values rows × columns × height × width × channels, in [0, 1]: values outside are clamped, NaN is drawn magenta;
 *   of profiles any values, of which those that are not finite leave a gap
 * @throws {DataError} for no images, part of one or of a row, or labels that do not match rows and columns
 * @throws {ConfigError} for a shape that is not an image's, or sizes that are no whole numbers
 */
export function imageRows(values: Float32Array, options: ImageRowsOptions): Figure {
  const { shape, columns, title, note, pixelRatio = 2, profiles } = options;
  requireInteger("columns", columns, 1);
  requireInteger("pixelRatio", pixelRatio, 1);
  const images = profiles ? undefined : imagesOf(values, shape);
  const count = images?.count ?? profilesIn(values, shape);
  const places = options.places ?? Array.from({ length: count }, (_, index) => index);
  const rows = places.length / columns;
  if (!Number.isInteger(rows))
    throw new DataError(`${places.length} images do not fill rows of ${columns}; give whole rows`);
  const { rowLabels = [], columnLabels = [], band = rows } = options;
  requireLabels("row", rowLabels, rows);
  requireLabels("column", columnLabels, columns);

  const cell = images ? imageCell(images, options.imageSize) : profileCell(columns, options.imageSize);
  const gap = images ? GAP : PROFILE.gap;
  const axes = profiles ? profileAxes(profiles, shape, cell) : { left: 0, bottom: 0 };
  const leftOf = (column: number) => column * (cell.width + gap);
  const topOf = (row: number) => row * (cell.height + gap) + Math.floor(row / band) * (BAND_GAP - gap);
  const grid = { width: leftOf(columns) - gap, height: topOf(rows - 1) + cell.height };
  const longest = Math.max(0, ...rowLabels.map((label) => textWidth(label, LABEL.size)));
  const labels = longest > 0 ? Math.ceil(Math.min(longest, LABEL.widest)) + LABEL.gap : 0;
  const left = EDGE + labels + axes.left;
  const width = Math.max(left + grid.width, title ? Math.min(EDGE + titleWidth(title), NARROW) : 0) + EDGE;
  const heading = titleBlock(title, EDGE, EDGE, width - 2 * EDGE);
  const top = EDGE + heading.height + (columnLabels.length > 0 ? LABEL.line : 0);

  const vector: string[] = [heading.vector];
  const pixels = filledPixels(grid.width * pixelRatio, grid.height * pixelRatio, [255, 255, 255]);
  places.forEach((index, place) => {
    if (index < 0) return;
    const [row, column] = [Math.floor(place / columns), place % columns];
    const box = { left: leftOf(column), top: topOf(row), ...cell };
    if (images) drawScaledImage(pixels, images, index, zoomed(box, pixelRatio), options.invert);
    else
      vector.push(
        profileElements(values, shape, index, profiles!, {
          ...box,
          left: left + box.left,
          top: top + box.top,
          first: column === 0,
          last: row === rows - 1 || (places[place + columns] ?? -1) < 0,
        }),
      );
  });
  rowLabels.forEach((label, row) => {
    const middle = top + topOf(row) + cell.height / 2;
    const text = fitText(label, LABEL.size, LABEL.widest);
    const right = left - axes.left - LABEL.gap;
    vector.push(svgText(text, right, middle + 0.36 * LABEL.size, { size: LABEL.size, anchor: "end" }));
  });
  columnLabels.forEach((label, column) => {
    const middle = left + leftOf(column) + cell.width / 2;
    const text = fitText(label, LABEL.size, cell.width + gap);
    vector.push(svgText(text, middle, top - 7, { size: LABEL.size, anchor: "middle", fill: FAINT_INK }));
  });
  const notes = [note, profiles?.note].filter((each) => each !== undefined);
  const below = top + grid.height + axes.bottom;
  notes.forEach((line, index) => {
    const text = fitText(line, NOTE.size, width - 2 * EDGE);
    vector.push(
      svgText(text, EDGE, below + (index + 0.75) * NOTE.line, { size: NOTE.size, fill: FAINT_INK }),
    );
  });
  return {
    width,
    height: below + notes.length * NOTE.line + EDGE,
    pixelRatio,
    rasters: images ? [{ left, top, pixels }] : [],
    vector: vector.join(""),
  };
}

function imageCell(images: { width: number; height: number }, imageSize = 48) {
  requireInteger("imageSize", imageSize, 1);
  const scale = imageSize / Math.max(images.width, images.height);
  return {
    width: Math.max(1, Math.round(images.width * scale)),
    height: Math.max(1, Math.round(images.height * scale)),
  };
}

function profileCell(columns: number, imageSize?: number) {
  const fitting = Math.round(PROFILE.across / columns) - PROFILE.gap;
  const width = imageSize ?? Math.min(PROFILE.widest, Math.max(PROFILE.narrowest, fitting));
  requireInteger("imageSize", width, 1);
  return { width, height: Math.max(1, Math.round(PROFILE.aspect * width)) };
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
