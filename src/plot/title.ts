/** The title of a figure. */
import { FAINT_INK, svgText, textWidth, wrapText } from "./text.ts";

const SIZE = 16;
const LINE = 21;
const BELOW = 10;
/** What follows the first line break: smaller and fainter. */
const SUBTITLE = { size: 12.5, line: 17, gap: 3 };
/** Semi-bold text runs up to an eighth wider than regular text, by which widths are measured. */
const WEIGHT_STRETCH = 1.125;

/** SVG elements, and the height that they take in CSS pixels. */
export interface Block {
  readonly height: number;
  readonly vector: string;
}

/**
 * A title with its top left corner at (x, y), on as many lines as the width needs; none has no height. What follows a
 * line break is a subtitle.
 */
export function titleBlock(title: string | undefined, x: number, y: number, width: number): Block {
  if (!title) return { height: 0, vector: "" };
  const [main, ...rest] = title.split("\n");
  const lines = wrapText(main!, SIZE * WEIGHT_STRETCH, width);
  const vector = lines.map((line, index) =>
    svgText(line, x, y + SIZE + index * LINE, { size: SIZE, weight: 600 }),
  );
  const below = lines.length * LINE;
  const { size, line: step, gap } = SUBTITLE;
  const subtitle = rest.flatMap((each) => wrapText(each, size, width));
  subtitle.forEach((line, index) => {
    vector.push(svgText(line, x, y + below + gap + size + index * step, { size, fill: FAINT_INK }));
  });
  const height = below + (subtitle.length > 0 ? gap + subtitle.length * step : 0) + BELOW;
  return { height, vector: vector.join("") };
}

/** Room that a title on one line takes, in CSS pixels. */
export function titleWidth(title: string): number {
  const [main, ...rest] = title.split("\n");
  return Math.ceil(
    Math.max(textWidth(main!, SIZE * WEIGHT_STRETCH), ...rest.map((each) => textWidth(each, SUBTITLE.size))),
  );
}
