import { ConfigError } from "../common/errors.ts";

/** A picture: 8-bit samples, row-major from the top left; 1 channel is grey, 3 red-green-blue, 4 with opacity. */
export interface Pixels {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Values of a pixel: 1 grey, 3 colours, 4 with opacity. */
  readonly channels: 1 | 3 | 4;
  /** height × width × channels. */
  readonly data: Uint8Array;
}

/** Red, green and blue, each 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Magenta: how a value that is not a number is drawn, since no grey and hardly any photograph looks like it. */
export const NOT_A_NUMBER: Colour = [255, 0, 255];

/** Largest number of pixels of a picture: the limit of libraries and viewers. */
const MOST_PIXELS = 2 ** 28;

/**
 * A red-green-blue picture of one colour.
 * @throws {ConfigError} for more than 2²⁸ pixels
 */
export function filledPixels(width: number, height: number, colour: Colour): Pixels {
  if (width * height > MOST_PIXELS)
    throw new ConfigError(
      `the picture would be ${width} × ${height} pixels; it can have 2^28, as 16384 × 16384, at most: draw fewer images, or smaller ones`,
    );
  const pixels: Pixels = { width, height, channels: 3, data: new Uint8Array(3 * width * height) };
  fillRectangle(pixels, 0, 0, width, height, colour);
  return pixels;
}

/** Fills a rectangle that lies inside a red-green-blue picture. */
export function fillRectangle(
  pixels: Pixels,
  left: number,
  top: number,
  width: number,
  height: number,
  [red, green, blue]: Colour,
): void {
  for (let y = top; y < top + height; y++) {
    const start = 3 * (y * pixels.width + left);
    for (let at = start; at < start + 3 * width; at += 3) {
      pixels.data[at] = red;
      pixels.data[at + 1] = green;
      pixels.data[at + 2] = blue;
    }
  }
}

/** The grey of a value in [0, 1], clamped; {@link NOT_A_NUMBER} for NaN. */
export function greyOf(value: number): Colour {
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  const level = levelOf(value);
  return [level, level, level];
}

/** 0 to 255 for a value in [0, 1], clamped; not for NaN. */
export function levelOf(value: number): number {
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}

/** @throws {ConfigError} unless the value is an integer of at least `least`. */
export function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new ConfigError(`${name} is ${value}; it must be an integer of at least ${least}`);
}
