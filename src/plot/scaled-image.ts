/** Single images drawn into a larger picture at any size, smaller ones too. */
import { type Colour, fillRectangle, NOT_A_NUMBER, type Pixels } from "./pixels.ts";
import type { Images } from "./tiles.ts";

/** A rectangle of whole pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The largest part of a box, in its middle, that has the proportions of an image: the whole box where they differ by a
 * pixel only, since boxes that share out a picture do.
 */
export function fitInto({ left, top, width, height }: Box, image: { width: number; height: number }): Box {
  const scale = Math.min(width / image.width, height / image.height);
  const narrower = Math.max(1, Math.round(image.width * scale));
  const lower = Math.max(1, Math.round(image.height * scale));
  const fitted = {
    width: width - narrower <= 1 ? width : narrower,
    height: height - lower <= 1 ? height : lower,
  };
  return {
    left: left + Math.floor((width - fitted.width) / 2),
    top: top + Math.floor((height - fitted.height) / 2),
    ...fitted,
  };
}

/**
 * Draws one image into a box inside a red-green-blue picture. A pixel is the mean over the area it covers, of values
 * clamped to [0, 1]; where one of them is not a number, {@link NOT_A_NUMBER}.
 * @param invert draws 0 as white and 1 as black, ink on paper
 */
export function drawScaledImage(
  pixels: Pixels,
  images: Images,
  index: number,
  box: Box,
  invert = false,
): void {
  const across = spans(images.width, box.width);
  const down = spans(images.height, box.height);
  const { channels } = images;
  const start = index * images.height * images.width * channels;
  const mean = (rows: Span, columns: Span, channel: number): number => {
    let sum = 0;
    for (const [y, rowWeight] of rows)
      for (const [x, weight] of columns) {
        const value = images.values[start + (y * images.width + x) * channels + channel]!;
        sum += rowWeight * weight * Math.min(1, Math.max(0, value));
      }
    return invert ? 1 - sum : sum;
  };
  down.forEach((rows, y) => {
    across.forEach((columns, x) => {
      const red = mean(rows, columns, 0);
      const [green, blue] = channels === 1 ? [red, red] : [mean(rows, columns, 1), mean(rows, columns, 2)];
      fillRectangle(pixels, box.left + x, box.top + y, 1, 1, colourOf(red, green, blue));
    });
  });
}

function colourOf(red: number, green: number, blue: number): Colour {
  if (Number.isNaN(red + green + blue)) return NOT_A_NUMBER;
  return [Math.round(255 * red), Math.round(255 * green), Math.round(255 * blue)];
}

/** What one pixel covers along one side: source indices and their shares, which add up to 1. */
type Span = readonly (readonly [index: number, share: number])[];

function spans(source: number, target: number): Span[] {
  return Array.from({ length: target }, (_, at) => {
    const start = (at * source) / target;
    const end = ((at + 1) * source) / target;
    const span: [number, number][] = [];
    for (let index = Math.floor(start); index < Math.min(source, end); index++) {
      const share = (Math.min(end, index + 1) - Math.max(start, index)) / (end - start);
      if (share > 1e-9) span.push([index, share]);
    }
    return span;
  });
}
