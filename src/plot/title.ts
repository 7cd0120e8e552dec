/** The title of a figure. */
import { svgText, textWidth, wrapText } from "./text.ts";

const SIZE = 16;
const LINE = 21;
const BELOW = 10;
/** Semi-bold text runs up to an eighth wider than regular text, by which widths are measured. */
const WEIGHT_STRETCH = 1.125;

/** SVG elements, and the height that they take in CSS pixels. */
export interface Block {
  readonly height: number;
  readonly vector: string;
}

/** A title with its top left corner at (x, y), on as many lines as the width needs; none has no height. */
export function titleBlock(title: string | undefined, x: number, y: number, width: number): Block {
  if (!title) return { height: 0, vector: "" };
  const lines = wrapText(title, SIZE * WEIGHT_STRETCH, width);
  const vector = lines.map((line, index) =>
    svgText(line, x, y + SIZE + index * LINE, { size: SIZE, weight: 600 }),
  );
  return { height: lines.length * LINE + BELOW, vector: vector.join("") };
}

/** Room that a title on one line takes, in CSS pixels. */
export function titleWidth(title: string): number {
  return Math.ceil(textWidth(title, SIZE * WEIGHT_STRETCH));
}
