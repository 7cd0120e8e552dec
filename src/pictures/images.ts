import { exampleSize } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import { imageGrid } from "../plot/image-grid.ts";
import type { Pixels } from "../plot/pixels.ts";
import { type RowImageOptions, type RowImages, rowsAsHeatMaps, rowsAsLines } from "../plot/rows-as-images.ts";
import { rowsAsSpectrograms } from "../plot/spectrograms.ts";

export interface GridLook {
  /** Images in a row. */
  readonly columns?: number | undefined;
  /** Pixels for each value. */
  readonly zoom?: number | undefined;
}

/** Whether rows of this shape can be drawn as images, grey or in colour. */
export function areImages(shape: readonly number[]): boolean {
  return shape.length === 3 && (shape[2] === 1 || shape[2] === 3);
}

/** Rows of a run's data or decoder in a form that can be drawn. */
export interface Images {
  /** n × product(shape), in [0, 1]. */
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Makes rows into images, all to one scale. */
export type ToImages = (rows: Float32Array) => Images;

/** What decides how rows look: the shape of one, and what their values are. */
interface Look extends Pick<ModelConfig, "inputShape" | "likelihood"> {
  /** Whether they are frames × mel bands of sounds. */
  readonly spectrogram?: boolean | undefined;
  /** Of a table whose columns cannot share a scale: the range of each, as drawn. */
  readonly ranges?: readonly (readonly [number, number])[] | undefined;
}

/**
 * Images as they are; matrices as heat maps; all other rows, and sequences of one channel, as lines. Counts are drawn by
 * ln(1 + x), where the largest leave something to see of the others.
 * @param range of the data; where it is one value, that of the rows is taken
 */
export function imagesOf(
  { inputShape: shape, likelihood, spectrogram, ranges }: Look,
  range: readonly [number, number],
): ToImages {
  if (spectrogram) return (rows) => rowsAsSpectrograms(rows, [shape[0]!, shape[1]!], range);
  if (areImages(shape)) return (rows) => ({ values: toUnitInterval(rows, range), shape });
  const shown = isOfCounts(likelihood) ? Math.log1p : (value: number) => value;
  const [low, high] = [shown(range[0]), shown(range[1])];
  const options = low < high ? { range: [low, high] as const } : {};
  if (ranges && isProfile(shape)) {
    const share = (value: number, at: number) => {
      const [least, greatest] = ranges[at % ranges.length]!;
      return (shown(value) - least) / (greatest - least);
    };
    return (rows) => linesOf(rows.map(share), shape, { range: [0, 1] });
  }
  const draw = isProfile(shape) ? linesOf : rowsAsHeatMaps;
  return (rows) => draw(rows.map(shown), shape, options);
}

/** Lines are dark grey on white, as text is. */
const INK = 0.84;

function linesOf(rows: Float32Array, shape: readonly number[], options: RowImageOptions): RowImages {
  const lines = rowsAsLines(rows, exampleSize({ shape }), options);
  return { ...lines, values: lines.values.map((covered) => 1 - INK * covered) };
}

/** Whether rows of this shape are drawn as lines: those of tables, and signals of one channel. */
export function isProfile(shape: readonly number[]): boolean {
  return !areImages(shape) && !(shape.length === 2 && shape[1]! > 1);
}

/** The longer side of an image at so many pixels for each value, in CSS pixels of two pixels each. */
export function sizeFor(zoom: number | undefined, { shape }: Pick<Images, "shape">): number | undefined {
  return zoom === undefined ? undefined : Math.ceil((zoom * Math.max(shape[0]!, shape[1]!)) / 2);
}

/** Examples in a grid. @param range of the data, where it is known */
export function drawExamples(
  rows: Float32Array,
  look: Look,
  options: GridLook = {},
  range: readonly [number, number] = [0, 1],
): Pixels {
  const images = imagesOf(look, range)(rows);
  return imageGrid(images.values, { shape: images.shape, ...tileOptions(options) });
}

function tileOptions({ columns, zoom }: GridLook) {
  return { ...(columns !== undefined && { columns }), ...(zoom !== undefined && { scale: zoom }) };
}

/** Values that go beyond [0, 1] in the data are drawn from their least, black, to their greatest, white. */
export function toUnitInterval(values: Float32Array, [low, high]: readonly [number, number]): Float32Array {
  if (low >= 0 && high <= 1) return values;
  const width = high - low || 1;
  return values.map((value) => (value - low) / width);
}
