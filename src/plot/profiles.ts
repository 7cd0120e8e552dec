/** Rows of a table or of a signal as lines over their places, each in a small frame with axes. */
import { DataError } from "../common/errors.ts";
import type { Range } from "./latent-axes.ts";
import type { Box } from "./scaled-image.ts";
import { FAINT_INK, fitText, svgText, textWidth } from "./text.ts";

export interface Profiles {
  /** Values at the bottom and the top of a frame: one range for all places, or one for each. */
  readonly ranges: Range | readonly Range[];
  /** Names of the places; default: they are numbered from 1. */
  readonly names?: readonly string[] | undefined;
  /** What the axes are, in a line below all. */
  readonly note?: string | undefined;
}

/** Where a profile stands in a figure, and which axes it carries. */
interface ProfileBox extends Box {
  readonly first: boolean;
  readonly last: boolean;
}

const TICK = { size: 9.5, gap: 5, line: 14 };
const LINE = "#2c5282";
const FRAME = "#cbd2d9";
/** Of a frame's height, above and below its range. */
const MARGIN = 0.08;
/** So few values are shown as points, too. */
const FEW = 16;

/** How many profiles values are. @throws {DataError} for none, or part of one */
export function profilesIn(values: Float32Array, shape: readonly number[]): number {
  const length = lengthOf(shape);
  if (values.length === 0) throw new DataError("there are no rows to draw; give at least one");
  if (values.length % length !== 0)
    throw new DataError(`${values.length} values are not whole rows; each needs ${length}`);
  return values.length / length;
}

/** Room for the axes, in CSS pixels. */
export function profileAxes({ ranges }: Profiles, shape: readonly number[], { width }: { width: number }) {
  const labels = isOne(ranges) ? ranges.map(tickText) : [];
  const widest = Math.max(0, ...labels.map((label) => textWidth(label, TICK.size)));
  return {
    left: labels.length > 0 ? Math.ceil(widest) + TICK.gap : 0,
    bottom: width && lengthOf(shape) > 1 ? TICK.line : 0,
  };
}

/** One profile as SVG elements. */
export function profileElements(
  values: Float32Array,
  shape: readonly number[],
  index: number,
  { ranges, names }: Profiles,
  { left, top, width, height, first, last }: ProfileBox,
): string {
  const length = lengthOf(shape);
  const row = values.subarray(index * length, (index + 1) * length);
  const inset = length <= FEW ? 6 : 2;
  const xOf = (at: number) => left + inset + ((width - 2 * inset) * at) / Math.max(1, length - 1);
  const yAt = (position: number) => top + height * (1 - MARGIN - (1 - 2 * MARGIN) * position);
  const yOf = (at: number) => {
    const [low, high] = isOne(ranges) ? ranges : ranges[at]!;
    return yAt(Math.min(1 + MARGIN, Math.max(-MARGIN, (row[at]! - low) / (high - low || 1))));
  };
  const parts = [
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="${FRAME}"/>`,
    isOne(ranges) && ranges[0] < 0 && ranges[1] > 0
      ? `<path d="M${left},${round(yAt(-ranges[0] / (ranges[1] - ranges[0])))}h${width}" stroke="${FRAME}" stroke-dasharray="2 2"/>`
      : "",
    `<path d="${pathOf(row, xOf, yOf)}" fill="none" stroke="${LINE}" stroke-width="1.4" stroke-linejoin="round"/>`,
  ];
  if (length <= FEW)
    row.forEach((value, at) => {
      if (Number.isFinite(value))
        parts.push(`<circle cx="${round(xOf(at))}" cy="${round(yOf(at))}" r="1.9" fill="${LINE}"/>`);
    });
  const tick = { size: TICK.size, fill: FAINT_INK } as const;
  if (first && isOne(ranges))
    ranges.forEach((value, end) => {
      parts.push(svgText(tickText(value), left - TICK.gap, yAt(end) + 3.4, { ...tick, anchor: "end" }));
    });
  if (last) parts.push(...placeLabels(length, names, xOf, top + height + TICK.size + 2, width, tick));
  return parts.join("");
}

/** Names of all places where they fit, otherwise the first and the last. */
function placeLabels(
  length: number,
  names: readonly string[] | undefined,
  xOf: (at: number) => number,
  y: number,
  width: number,
  tick: { size: number; fill: string },
): string[] {
  const nameOf = (at: number) => names?.[at] ?? `${at + 1}`;
  const pitch = width / length;
  const all = Array.from({ length }, (_, at) => at);
  const fit = all.every((at) => textWidth(nameOf(at), TICK.size) + 3 <= pitch);
  if (fit) return all.map((at) => svgText(nameOf(at), round(xOf(at)), y, { ...tick, anchor: "middle" }));
  if (length < 2) return [];
  const end = (at: number, anchor: "start" | "end") =>
    svgText(fitText(nameOf(at), TICK.size, 0.48 * width), round(xOf(at)), y, { ...tick, anchor });
  return [end(0, "start"), end(length - 1, "end")];
}

function pathOf(row: Float32Array, xOf: (at: number) => number, yOf: (at: number) => number): string {
  let path = "";
  let drawing = false;
  row.forEach((value, at) => {
    if (Number.isFinite(value)) path += `${drawing ? "L" : "M"}${round(xOf(at))},${round(yOf(at))}`;
    drawing = Number.isFinite(value);
  });
  return path;
}

function isOne(ranges: Range | readonly Range[]): ranges is Range {
  return typeof ranges[0] === "number";
}

function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
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
