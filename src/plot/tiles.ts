/** Single images drawn into a larger picture. */
import { ConfigError, DataError } from "../common/errors.ts";
import {
  type Colour,
  fillRectangle,
  greyOf,
  levelOf,
  NOT_A_NUMBER,
  type Pixels,
  requireInteger,
} from "./pixels.ts";

/** Images of one size that lie one after the other: n × height × width × channels, values in [0, 1]. */
export interface Images {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly values: Float32Array;
}

/** What all pictures of images have in common. */
export interface TileOptions {
  /** [height, width, channels] with 1 channel (grey) or 3 (red-green-blue). */
  readonly shape: readonly number[];
  /** A value becomes a square of scale × scale pixels; default: what makes images about 56 pixels large. */
  readonly scale?: number;
  /** Pixels between images and around the picture; default: the scale, at most 4. */
  readonly gap?: number;
  /** Default: white, as paper. */
  readonly background?: Colour;
}

interface TileStyle {
  readonly scale: number;
  readonly gap: number;
  readonly background: Colour;
}

const COMFORTABLE_SIZE = 56;
const BACKGROUND: Colour = [255, 255, 255];

/**
 * @throws {ConfigError} for a shape that is not an image's
 * @throws {DataError} for no images, or part of one
 */
export function imagesOf(values: Float32Array, shape: readonly number[]): Images {
  const [height, width, channels] = shape;
  const positive = shape.every((dimension) => Number.isInteger(dimension) && dimension > 0);
  if (shape.length !== 3 || !positive || !height || !width || (channels !== 1 && channels !== 3))
    throw new ConfigError(
      `an image was said to have shape [${shape.join(", ")}]; it must be [height, width, channels] with 1 or 3 channels`,
    );
  const size = height * width * channels;
  if (values.length === 0) throw new DataError("there are no images to draw; give at least one");
  if (values.length % size !== 0)
    throw new DataError(
      `${values.length} values are not whole images of shape [${shape.join(", ")}]; each needs ${size}`,
    );
  return { count: values.length / size, height, width, channels, values };
}

/** @throws {ConfigError} for a scale or gap that is no whole number of pixels */
export function tileStyle({ height, width }: Images, options: TileOptions): TileStyle {
  const { background = BACKGROUND } = options;
  const scale = options.scale ?? Math.max(1, Math.round(COMFORTABLE_SIZE / Math.max(height, width)));
  const gap = options.gap ?? Math.min(scale, 4);
  requireInteger("scale", scale, 1);
  requireInteger("gap", gap, 0);
  return { scale, gap, background };
}

/** Draws one image with its top left corner at the given pixel; NaN in any channel draws {@link NOT_A_NUMBER}. */
export function drawImage(
  pixels: Pixels,
  { height, width, channels, values }: Images,
  index: number,
  left: number,
  top: number,
  scale: number,
): void {
  let at = index * height * width * channels;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += channels) {
      const colour =
        channels === 1 ? greyOf(values[at]!) : colourOf(values[at]!, values[at + 1]!, values[at + 2]!);
      fillRectangle(pixels, left + x * scale, top + y * scale, scale, scale, colour);
    }
}

function colourOf(red: number, green: number, blue: number): Colour {
  if (Number.isNaN(red + green + blue)) return NOT_A_NUMBER;
  return [levelOf(red), levelOf(green), levelOf(blue)];
}
