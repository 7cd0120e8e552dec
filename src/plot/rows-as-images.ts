/** Rows that are not images, drawn as such: every picture of images can then show them. */
import { ConfigError, DataError } from "../common/errors.ts";
import type { Range } from "./latent-axes.ts";
import { requireInteger } from "./pixels.ts";

/** Rows of values that are drawn as images. */
export interface RowImages {
  /** n × height × width × 1, in [0, 1]. */
  readonly values: Float32Array;
  /** Of one image. */
  readonly shape: readonly [height: number, width: number, channels: 1];
}

export interface RowImageOptions {
  /** Values drawn lowest and highest, or black and white; default: the least and the greatest finite value. */
  readonly range?: Range | undefined;
}

/**
 * Each row as a white line on black, from its first value at the left to its last at the right, all to one scale. Values
 * outside the range run along its border; where one is not a number, the line has a gap.
 * @param rows n × length
 * @param size of the images in pixels; the line is about one wide
 * @throws {DataError} for no rows, or part of one
 * @throws {ConfigError} for a range that is not from low to high, or sizes that are no whole numbers
 */
export function rowsAsLines(
  rows: Float32Array,
  length: number,
  {
    height = 64,
    width = 64,
    range,
  }: RowImageOptions & { readonly height?: number; readonly width?: number } = {},
): RowImages {
  const count = rowsIn(rows, length);
  requireInteger("height", height, 1);
  requireInteger("width", width, 1);
  const scaled = toUnit(rows, range);
  const values = new Float32Array(count * height * width);
  const pointOf = (index: number): readonly [x: number, y: number] => [
    width * (MARGIN + ((1 - 2 * MARGIN) * (index % length)) / Math.max(1, length - 1)),
    height * (MARGIN + (1 - 2 * MARGIN) * (1 - scaled[index]!)),
  ];
  for (let row = 0; row < count; row++) {
    const image = values.subarray(row * height * width, (row + 1) * height * width);
    for (let at = row * length; at < (row + 1) * length; at++) {
      const next = at + 1 < (row + 1) * length ? at + 1 : at;
      drawSegment(image, width, height, pointOf(at), pointOf(next));
    }
  }
  return { values, shape: [height, width, 1] };
}

/**
 * Each row as a grey map: of two dimensions as it is, of any other number as a strip of its values in their order.
 * @param rows n × product(shape)
 * @param shape of one row
 * @throws {DataError} for no rows, or part of one
 * @throws {ConfigError} for a range that is not from low to high
 */
export function rowsAsHeatMaps(
  rows: Float32Array,
  shape: readonly number[],
  { range }: RowImageOptions = {},
): RowImages {
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  const count = rowsIn(rows, length);
  const scaled = toUnit(rows, range);
  const [height, width] = shape;
  if (shape.length === 2) return { values: scaled, shape: [height!, width!, 1] };
  const thickness = Math.max(1, Math.round(length / STRIP_PROPORTION));
  const values = new Float32Array(count * thickness * length);
  for (let line = 0; line < count * thickness; line++) {
    const row = Math.floor(line / thickness);
    values.set(scaled.subarray(row * length, (row + 1) * length), line * length);
  }
  return { values, shape: [thickness, length, 1] };
}

/** Width of a strip over its height. */
const STRIP_PROPORTION = 4;

function rowsIn(rows: Float32Array, length: number): number {
  requireInteger("length", length, 1);
  if (rows.length === 0) throw new DataError("there are no rows to draw; give at least one");
  if (rows.length % length !== 0)
    throw new DataError(`${rows.length} values are not whole rows; each needs ${length}`);
  return rows.length / length;
}

function toUnit(values: Float32Array, range: Range | undefined): Float32Array {
  const [low, high] = range ?? finiteRange(values);
  if (!(low < high) || !Number.isFinite(high - low))
    throw new ConfigError(`the range is ${low} to ${high}; it must go from a finite number to a greater one`);
  return values.map((value) => Math.min(1, Math.max(0, (value - low) / (high - low))));
}

/** Never empty: one value alone lies in the middle. */
function finiteRange(values: Float32Array): Range {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const low = finite.reduce((least, value) => Math.min(least, value));
  const high = finite.reduce((most, value) => Math.max(most, value));
  const margin = low === high ? Math.abs(low) + 1 : 0;
  return [low - margin, high + margin];
}

/** Kept free on each side of an image, as a part of it, so that lines in a grid do not touch. */
const MARGIN = 0.06;

/** Half of a line's width, in pixels. */
const HALF_WIDTH = 0.7;

/** Draws an antialiased line between two points; nothing when one of them is not finite. */
function drawSegment(
  image: Float32Array,
  width: number,
  height: number,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): void {
  const reach = HALF_WIDTH + 0.5;
  const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  if (Number.isNaN(squared)) return;
  const [top, bottom] = [Math.min(y0, y1) - reach, Math.max(y0, y1) + reach];
  const [left, right] = [Math.min(x0, x1) - reach, Math.max(x0, x1) + reach];
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, bottom); y++)
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, right); x++) {
      const [dx, dy] = [x + 0.5 - x0, y + 0.5 - y0];
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (dx * (x1 - x0) + dy * (y1 - y0)) / squared));
      const distance = Math.hypot(dx - along * (x1 - x0), dy - along * (y1 - y0));
      const at = y * width + x;
      image[at] = Math.max(image[at]!, Math.min(1, Math.max(0, reach - distance)));
    }
}
