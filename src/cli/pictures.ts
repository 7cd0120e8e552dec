import { type Dataset, exampleSize, exampleValues, take } from "../data/dataset.ts";
import type { LongWork } from "../evaluate/row-function.ts";
import { heatmap } from "../plot/heatmap.ts";
import { imageGrid } from "../plot/image-grid.ts";
import type { Pixels } from "../plot/pixels.ts";
import { reconstructionsPicture } from "../plot/reconstructions.ts";
import { positiveInteger } from "../settings.ts";
import type { VAE } from "../vae.ts";

/** Flags of commands that draw. */
export const pictureFlags = {
  columns: {
    placeholder: "n",
    about: "images in a row",
    schema: positiveInteger.optional(),
  },
  zoom: {
    placeholder: "n",
    about: "pixels for each value, across and down",
    schema: positiveInteger.optional(),
  },
};

export interface PictureOptions {
  /** Images in a row. */
  readonly columns?: number | undefined;
  /** Pixels for each value. */
  readonly zoom?: number | undefined;
}

/** Strips of rows are about so large, in pixels. */
const COMFORTABLE_WIDTH = 560;
const STRIP_HEIGHT = 8;
const MOST_ZOOM = 12;

/** Whether rows of this shape can be drawn as images, grey or in colour. */
export function areImages(shape: readonly number[]): boolean {
  return shape.length === 3 && (shape[2] === 1 || shape[2] === 3);
}

/** Examples over the decoder's means for their posterior means. Rows that are no images are drawn as strips. */
export async function drawReconstructions(
  vae: VAE,
  data: Dataset,
  indices: readonly number[],
  options: PictureOptions = {},
  work: LongWork = {},
): Promise<Pixels> {
  const { shape, schema } = data;
  const chosen = take(data, indices);
  const inputs = exampleValues(chosen, { start: 0, end: indices.length });
  const outputs = await vae.reconstruct(chosen, work);
  const [upper, lower] = [inputs, outputs].map((values) => toUnitInterval(values, schema.range));
  if (areImages(shape)) return reconstructionsPicture(upper!, lower!, { shape, ...tileOptions(options) });
  const size = exampleSize(data);
  const zoom = options.zoom ?? Math.min(MOST_ZOOM, Math.max(1, Math.floor(COMFORTABLE_WIDTH / size)));
  const height = Math.ceil(STRIP_HEIGHT / zoom);
  const strips = [upper!, lower!].map((values) => stretch(values, size, height));
  const tiles = tileOptions({ columns: options.columns ?? 1, zoom });
  return reconstructionsPicture(strips[0]!, strips[1]!, { shape: [height, size, 1], ...tiles });
}

/** Images in a grid; of rows that are no images, a heat map. @param range of the data, where it is known */
export function drawExamples(
  values: Float32Array,
  shape: readonly number[],
  options: PictureOptions = {},
  range: readonly [number, number] = [0, 1],
): Pixels {
  if (!areImages(shape)) return drawRows(values, exampleSize({ shape }), options);
  return imageGrid(toUnitInterval(values, range), { shape, ...tileOptions(options) });
}

function drawRows(values: Float32Array, columns: number, { zoom }: PictureOptions): Pixels {
  return heatmap(values, { columns, ...(zoom !== undefined && { scale: zoom }) });
}

function tileOptions({ columns, zoom }: PictureOptions) {
  return { ...(columns !== undefined && { columns }), ...(zoom !== undefined && { scale: zoom }) };
}

/** Values that go beyond [0, 1] in the data are drawn from their least, black, to their greatest, white. */
export function toUnitInterval(values: Float32Array, [low, high]: readonly [number, number]): Float32Array {
  if (low >= 0 && high <= 1) return values;
  const width = high - low || 1;
  return values.map((value) => (value - low) / width);
}

/** Each row so many times. @returns n × times × size */
function stretch(rows: Float32Array, size: number, times: number): Float32Array {
  const stretched = new Float32Array(rows.length * times);
  for (let at = 0; at < stretched.length; at += size) {
    const start = Math.floor(at / size / times) * size;
    stretched.set(rows.subarray(start, start + size), at);
  }
  return stretched;
}
