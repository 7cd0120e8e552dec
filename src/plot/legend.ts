/** Which look stands for which class, in lines that end before the picture does. */
import type { PointShape, PointStyle } from "./point-raster.ts";
import { fitText, svgText, textWidth } from "./text.ts";
import type { Block } from "./title.ts";

export interface LegendEntry {
  readonly name: string;
  readonly style: PointStyle;
}

const SIZE = 12;
const LINE = 20;
const MARK_RADIUS = 4.5;
/** Half of the widest shape, the triangle. */
const MARK_EXTENT = 1.35 * MARK_RADIUS;
const MARK_WIDTH = 17;
const GAP = 14;

/** Entries from left to right, on as many lines as the width needs; a name too long for a line is shortened. None have no height. */
export function legend(entries: readonly LegendEntry[], left: number, top: number, width: number): Block {
  let x = left;
  let line = 0;
  let vector = "";
  for (const { name, style } of entries) {
    const text = fitText(name, SIZE, width - MARK_WIDTH);
    const entryWidth = MARK_WIDTH + textWidth(text, SIZE);
    if (x > left && x + entryWidth > left + width) {
      x = left;
      line++;
    }
    const middle = top + (line + 0.5) * LINE;
    vector += mark(style, x + MARK_EXTENT, middle);
    vector += svgText(text, x + MARK_WIDTH, middle + 0.36 * SIZE, { size: SIZE });
    x += entryWidth + GAP;
  }
  return { height: entries.length === 0 ? 0 : (line + 1) * LINE, vector };
}

/** The shapes of point-raster.ts, about the origin. */
const OUTLINES: Record<PointShape, (r: number) => string> = {
  disc: (r) => `<circle r="${r}"/>`,
  ring: (r) => `<circle r="${r * 0.9}" fill="none" stroke-width="${r * 0.7}"/>`,
  square: (r) => `<path d="M${-0.886 * r},${-0.886 * r}H${0.886 * r}V${0.886 * r}H${-0.886 * r}Z"/>`,
  diamond: (r) => `<path d="M0,${-1.253 * r}L${1.253 * r},0L0,${1.253 * r}L${-1.253 * r},0Z"/>`,
  triangle: (r) => `<path d="M0,${-1.556 * r}L${1.347 * r},${0.778 * r}H${-1.347 * r}Z"/>`,
};

/** One point as SVG. */
export function mark(
  { colour, shape }: PointStyle,
  x: number,
  y: number,
  radius = MARK_RADIUS,
  opacity = 1,
): string {
  const paint = `rgb(${colour.join(",")})`;
  const stroke = shape === "ring" ? ` stroke="${paint}"` : "";
  const faint = opacity < 1 ? ` opacity="${round(opacity)}"` : "";
  return `<g transform="translate(${round(x)},${round(y)})" fill="${paint}"${stroke}${faint}>${OUTLINES[shape](round(radius))}</g>`;
}

function round(length: number): number {
  return Math.round(100 * length) / 100;
}
