import { type Dataset, exampleSize, exampleValues, take } from "../data/dataset.ts";
import type { LongWork } from "../evaluate/row-function.ts";
import type { ModelConfig } from "../models/config.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import { imageGrid } from "../plot/image-grid.ts";
import type { Pixels } from "../plot/pixels.ts";
import { reconstructionsPicture } from "../plot/reconstructions.ts";
import { type RowImageOptions, type RowImages, rowsAsHeatMaps, rowsAsLines } from "../plot/rows-as-images.ts";
import type { VAE } from "../vae/vae.ts";

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
export type Look = Pick<ModelConfig, "inputShape" | "likelihood">;

/**
 * Images as they are; matrices as heat maps; all other rows, and sequences of one channel, as lines. Counts are drawn by
 * ln(1 + x), where the largest leave something to see of the others.
 * @param range of the data; where it is one value, that of the rows is taken
 */
export function imagesOf(
  { inputShape: shape, likelihood }: Look,
  range: readonly [number, number],
): ToImages {
  if (areImages(shape)) return (rows) => ({ values: toUnitInterval(rows, range), shape });
  const shown = isOfCounts(likelihood) ? Math.log1p : (value: number) => value;
  const [low, high] = [shown(range[0]), shown(range[1])];
  const options = low < high ? { range: [low, high] as const } : {};
  const draw = shape.length === 2 && shape[1]! > 1 ? rowsAsHeatMaps : linesOf;
  return (rows) => draw(rows.map(shown), shape, options);
}

function linesOf(rows: Float32Array, shape: readonly number[], options: RowImageOptions): RowImages {
  return rowsAsLines(rows, exampleSize({ shape }), options);
}

/** Examples over the decoder's means for their posterior means. */
export async function drawReconstructions(
  vae: VAE,
  data: Dataset,
  indices: readonly number[],
  options: GridLook = {},
  work: LongWork = {},
): Promise<Pixels> {
  const chosen = take(data, indices);
  const inputs = exampleValues(chosen, { start: 0, end: indices.length });
  const outputs = await vae.reconstruct(chosen, { ...work, units: "model" });
  const look = { inputShape: data.shape, likelihood: vae.model.likelihood };
  const [upper, lower] = [inputs, outputs].map(imagesOf(look, data.schema.range)) as [Images, Images];
  return reconstructionsPicture(upper.values, lower.values, { shape: upper.shape, ...tileOptions(options) });
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
