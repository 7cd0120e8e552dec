import type { Pixels } from "../pixels.ts";
import type { Box } from "../scaled-image.ts";

export function colourAt({ width, data, channels }: Pixels, x: number, y: number): number[] {
  const at = channels * (Math.floor(y) * width + Math.floor(x));
  return [...data.subarray(at, at + channels)];
}

/** 0 for white, 1 for black, over the first three channels. */
function inkAt({ width, data, channels }: Pixels, x: number, y: number): number {
  const at = channels * (y * width + x);
  return 1 - (data[at]! + data[at + 1]! + data[at + 2]!) / 765;
}

/** The sum of ink in a box, and where its centre lies, in pixels from the picture's top left. */
export function ink(pixels: Pixels, box: Box = { left: 0, top: 0, ...pixels }) {
  let [amount, x, y] = [0, 0, 0];
  for (let row = box.top; row < box.top + box.height; row++)
    for (let column = box.left; column < box.left + box.width; column++) {
      const here = inkAt(pixels, column, row);
      amount += here;
      x += here * (column + 0.5);
      y += here * (row + 0.5);
    }
  return { amount, x: x / amount, y: y / amount };
}

/** The smallest box that holds every pixel that is not white. */
export function inkedBox(pixels: Pixels): { left: number; right: number; top: number; bottom: number } {
  const box = { left: pixels.width, right: 0, top: pixels.height, bottom: 0 };
  for (let row = 0; row < pixels.height; row++)
    for (let column = 0; column < pixels.width; column++)
      if (inkAt(pixels, column, row) > 0.02) {
        box.left = Math.min(box.left, column);
        box.right = Math.max(box.right, column + 1);
        box.top = Math.min(box.top, row);
        box.bottom = Math.max(box.bottom, row + 1);
      }
  return box;
}
