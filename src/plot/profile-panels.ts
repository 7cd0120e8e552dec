/**
 * Rows of a table or of a signal as lines over their places, in small frames with axes. A frame may hold several lines:
 * a row and its reconstruction, or the steps of a way through latent space.
 */
import { DataError } from "../common/errors.ts";
import type { Figure } from "./figure.ts";
import type { Range } from "./latent-axes.ts";
import type { Colour } from "./pixels.ts";
import { requireInteger } from "./pixels.ts";
import { FAINT_INK, fitText, svgText, textWidth, wrapText } from "./text.ts";
import { titleBlock, titleWidth } from "./title.ts";

/** A row in a frame. */
export interface ProfileLine {
  readonly values: ArrayLike<number>;
  readonly colour: Colour;
  /** Drawn as points without a line, so that a line over it is seen. */
  readonly points?: boolean | undefined;
}

interface ProfilePanel {
  readonly title?: string | undefined;
  readonly lines: readonly ProfileLine[];
}

/** How rows are drawn, whatever they are. */
export interface ProfileLook {
  /** Values at the bottom and the top of a frame: one range for all places, or one for each. */
  readonly ranges: Range | readonly Range[];
  /** Names of the places; default: they are numbered from 1. */
  readonly names?: readonly string[] | undefined;
  /** What the axes are, in lines below all. */
  readonly note?: string | undefined;
  /** Of the places, such as "column". */
  readonly axis?: string | undefined;
}

/** How profiles of rows are drawn. */
export interface ProfilePanelsOptions extends ProfileLook {
  /** Panels in a row; default: what makes the figure about as wide as a slide, with the fewest places empty. */
  readonly columns?: number | undefined;
  /** What follows a line break is a subtitle. */
  readonly title?: string | undefined;
  /** What the colours mean. */
  readonly key?: readonly { readonly name: string; readonly colour: Colour; readonly points?: boolean }[];
  /** Of a panel's frame in CSS pixels; default: about 190, more of a single one. */
  readonly panelWidth?: number | undefined;
  /** Pixels in a CSS pixel; default 2. */
  readonly pixelRatio?: number | undefined;
}

/** Of one line, or of the second of two. */
export const PROFILE_COLOUR: Colour = [48, 111, 196];
/** Of what a line is compared with. */
export const GIVEN_COLOUR: Colour = [38, 46, 56];

const EDGE = 14;
const GAP = 16;
const TITLE = { size: 12, line: 19 };
const TICK = { size: 10, gap: 6, line: 15, longest: 96 };
const NOTE = { size: 11.5, line: 17, above: 8 };
const PANEL = { few: 300, usual: 190, aspect: 0.58, most: 5 };
/** A title makes a figure no wider than this. */
const NARROW = 420;
const FRAME = "#cbd2d9";
/** Of a frame's height, above and below its range. */
const MARGIN = 0.08;
/** So few values are shown as points, too. */
const FEW = 24;

/**
 * @throws {DataError} for no panels, or one without lines
 * @throws {ConfigError} for sizes that are no whole numbers
 */
export function profilePanels(panels: readonly ProfilePanel[], options: ProfilePanelsOptions): Figure {
  const { ranges, names, title, pixelRatio = 2 } = options;
  const first = panels[0]?.lines[0];
  if (!first || panels.some(({ lines }) => lines.length === 0))
    throw new DataError("there are no rows to draw; give at least one a panel");
  const length = first.values.length;
  const columns = options.columns ?? fittingColumns(panels.length, PANEL.most);
  requireInteger("columns", columns, 1);
  requireInteger("pixelRatio", pixelRatio, 1);
  const width = options.panelWidth ?? (columns < 3 ? PANEL.few : PANEL.usual);
  requireInteger("panelWidth", width, 1);
  const height = Math.round(PANEL.aspect * width);
  const rows = Math.ceil(panels.length / columns);
  const across = Math.min(columns, panels.length);

  const ticks = isOne(ranges) ? ranges.map(tickText) : [];
  const axisLeft =
    ticks.length > 0 ? Math.ceil(Math.max(...ticks.map((each) => textWidth(each, TICK.size)))) + TICK.gap : 0;
  const below = axisBelow(length, names, width);
  const caption = panels.some((panel) => panel.title) ? TITLE.line : 0;
  const left = EDGE + axisLeft;
  const grid = { width: across * (width + GAP) - GAP, pitch: caption + height + GAP };
  const whole = Math.max(left + grid.width, title ? Math.min(EDGE + titleWidth(title), NARROW) : 0) + EDGE;
  const heading = titleBlock(title, EDGE, EDGE, whole - 2 * EDGE);
  const key = keyElements(options.key ?? [], EDGE, EDGE + heading.height);
  const top = EDGE + heading.height + key.height;

  const parts: string[] = [heading.vector, key.vector];
  panels.forEach((panel, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const box = {
      left: left + column * (width + GAP),
      top: top + row * grid.pitch + caption,
      width,
      height,
    };
    if (panel.title) {
      const text = fitText(panel.title, TITLE.size, width);
      parts.push(svgText(text, box.left, box.top - 6, { size: TITLE.size }));
    }
    parts.push(panelElements(panel, length, ranges, box));
    if (column === 0)
      ticks.forEach((text, end) => {
        const y = placeIn(box, end) + 3.5;
        parts.push(
          svgText(text, box.left - TICK.gap, y, { size: TICK.size, fill: FAINT_INK, anchor: "end" }),
        );
      });
    if (index + columns >= panels.length) parts.push(below.draw(box));
  });
  const bottom = top + rows * grid.pitch - GAP + below.height;
  const notes = options.note === undefined ? [] : wrapText(options.note, NOTE.size, whole - 2 * EDGE);
  notes.forEach((line, index) => {
    const y = bottom + NOTE.above + (index + 0.75) * NOTE.line;
    parts.push(svgText(line, EDGE, y, { size: NOTE.size, fill: FAINT_INK }));
  });
  const noted = notes.length > 0 ? NOTE.above + notes.length * NOTE.line : 0;
  return { width: whole, height: bottom + noted + EDGE, pixelRatio, rasters: [], vector: parts.join("") };
}

/** Columns at most, or so many fewer that no place stays empty, or the fewest do. */
export function fittingColumns(count: number, most: number): number {
  if (count <= most) return count;
  const empty = (columns: number) => Math.ceil(count / columns) * columns - count;
  let best = most;
  for (let columns = most - 1; 2 * columns >= most; columns--)
    if (empty(columns) < empty(best)) best = columns;
  return best;
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Height of a value in a frame: 0 is the low end of its range, 1 the high end. */
function placeIn({ top, height }: Frame, position: number): number {
  return top + height * (1 - MARGIN - (1 - 2 * MARGIN) * position);
}

function placeAlong({ left, width }: Frame, length: number, at: number): number {
  const inset = length <= FEW ? Math.max(6, width / (2 * length)) : 3;
  return left + inset + ((width - 2 * inset) * at) / Math.max(1, length - 1);
}

function panelElements(
  { lines }: ProfilePanel,
  length: number,
  ranges: Range | readonly Range[],
  box: Frame,
): string {
  const { left, top, width, height } = box;
  const parts = [
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="${FRAME}"/>`,
  ];
  if (length <= FEW && length > 1)
    parts.push(
      `<path d="${Array.from({ length }, (_, at) => `M${round(placeAlong(box, length, at))},${top}v${height}`).join("")}" stroke="${FRAME}" stroke-opacity="0.5" fill="none"/>`,
    );
  if (isOne(ranges) && ranges[0] < 0 && ranges[1] > 0)
    parts.push(
      `<path d="M${left},${round(placeIn(box, -ranges[0] / (ranges[1] - ranges[0])))}h${width}" stroke="${FRAME}" stroke-dasharray="2 2"/>`,
    );
  for (const { values, colour, points } of lines) {
    const paint = `rgb(${colour.join(",")})`;
    const yOf = (at: number, value: number) => {
      const [low, high] = isOne(ranges) ? ranges : ranges[at]!;
      return placeIn(box, Math.min(1 + MARGIN, Math.max(-MARGIN, (value - low) / (high - low || 1))));
    };
    if (!points)
      parts.push(
        `<path d="${pathOf(values, width, (at) => placeAlong(box, length, at), yOf)}" fill="none" stroke="${paint}" stroke-width="${length > 4 * width ? 0.8 : 1.5}" stroke-linejoin="round"/>`,
      );
    if (points || length <= FEW)
      for (let at = 0; at < length; at++)
        if (Number.isFinite(values[at]!))
          parts.push(
            `<circle cx="${round(placeAlong(box, length, at))}" cy="${round(yOf(at, values[at]!))}" r="${points ? (length <= FEW ? 3 : 1.6) : 2}" fill="${paint}"${points ? ' fill-opacity="0.75"' : ""}/>`,
          );
  }
  return parts.join("");
}

/** Below a frame: all names where they fit beside one another, upright where there are few, otherwise the ends. */
function axisBelow(length: number, names: readonly string[] | undefined, width: number) {
  const nameOf = (at: number) => names?.[at] ?? `${at + 1}`;
  const all = Array.from({ length }, (_, at) => at);
  const style = { size: TICK.size, fill: FAINT_INK } as const;
  const pitch = width / Math.max(1, length);
  if (length <= FEW && all.every((at) => textWidth(nameOf(at), TICK.size) + 4 <= pitch))
    return {
      height: TICK.line,
      draw: (box: Frame) =>
        all
          .map((at) =>
            svgText(nameOf(at), round(placeAlong(box, length, at)), box.top + box.height + TICK.line - 2, {
              ...style,
              anchor: "middle",
            }),
          )
          .join(""),
    };
  if (length <= FEW && names && pitch >= TICK.size - 2.5) {
    const shown = all.map((at) => fitText(nameOf(at), TICK.size, TICK.longest));
    const longest = Math.max(...shown.map((text) => textWidth(text, TICK.size)));
    return {
      height: Math.ceil(longest) + 8,
      draw: (box: Frame) =>
        shown
          .map((text, at) => {
            const [x, y] = [round(placeAlong(box, length, at) + 3.5), box.top + box.height + 5];
            return `<g transform="translate(${x},${y}) rotate(-90)">${svgText(text, 0, 0, { ...style, anchor: "end" })}</g>`;
          })
          .join(""),
    };
  }
  if (length < 2) return { height: 0, draw: () => "" };
  return {
    height: TICK.line,
    draw: (box: Frame) =>
      (["start", "end"] as const)
        .map((anchor) => {
          const at = anchor === "start" ? 0 : length - 1;
          const text = fitText(nameOf(at), TICK.size, 0.48 * width);
          return svgText(text, round(placeAlong(box, length, at)), box.top + box.height + TICK.line - 2, {
            ...style,
            anchor,
          });
        })
        .join(""),
  };
}

function keyElements(
  entries: readonly { name: string; colour: Colour; points?: boolean }[],
  left: number,
  top: number,
) {
  let x = left;
  const middle = top + 9;
  const vector = entries.map(({ name, colour, points }) => {
    const paint = `rgb(${colour.join(",")})`;
    const sign = points
      ? `<circle cx="${x + 8}" cy="${middle}" r="3" fill="${paint}" fill-opacity="0.75"/>`
      : `<path d="M${x},${middle}h16" stroke="${paint}" stroke-width="2" fill="none"/>`;
    const text = svgText(name, x + 22, middle + 4.3, { size: TITLE.size });
    x += 22 + textWidth(name, TITLE.size) + 18;
    return sign + text;
  });
  return { height: entries.length > 0 ? 26 : 0, vector: vector.join("") };
}

/**
 * A line through the values, with gaps where they are not finite. Of more than four values a pixel, the least and the
 * greatest of each pixel.
 */
function pathOf(
  values: ArrayLike<number>,
  width: number,
  xOf: (at: number) => number,
  yOf: (at: number, value: number) => number,
): string {
  let path = "";
  let drawing = false;
  for (const [at, value] of values.length > 4 * width ? extremes(values, width) : entriesOf(values)) {
    if (Number.isFinite(value)) path += `${drawing ? "L" : "M"}${round(xOf(at))},${round(yOf(at, value))}`;
    drawing = Number.isFinite(value);
  }
  return path;
}

function entriesOf(values: ArrayLike<number>): [number, number][] {
  return Array.from(values, (value, at) => [at, value]);
}

/** The least and the greatest value of each of so many parts, in their order. */
function extremes(values: ArrayLike<number>, parts: number): [number, number][] {
  const found: [number, number][] = [];
  for (let part = 0; part < parts; part++) {
    const start = Math.floor((part * values.length) / parts);
    const end = Math.floor(((part + 1) * values.length) / parts);
    let [low, high] = [start, start];
    for (let at = start; at < end; at++) {
      if (!(values[at]! >= values[low]!)) low = at;
      if (!(values[at]! <= values[high]!)) high = at;
    }
    for (const at of low < high ? [low, high] : [high, low]) found.push([at, values[at]!]);
  }
  return found;
}

function isOne(ranges: Range | readonly Range[]): ranges is Range {
  return typeof ranges[0] === "number";
}

function tickText(value: number): string {
  const text =
    Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
      ? value.toExponential(1)
      : `${Number(value.toPrecision(3))}`;
  return text.replace("-", "−");
}

function round(length: number): number {
  return Math.round(100 * length) / 100;
}
