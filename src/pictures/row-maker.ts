import { exampleSize } from "../data/dataset.ts";
import type { Column } from "../data/schema.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import { imageRows } from "../plot/image-rows.ts";
import type { Colour } from "../plot/pixels.ts";
import { type ProfileLine, type ProfileLook, profilePanels } from "../plot/profile-panels.ts";
import { columnRanges } from "./column-ranges.ts";
import { dataOf, imageMaker, isSpectrogram } from "./image-maker.ts";
import { areImages, isProfile, type ToImages } from "./images.ts";
import type { Scene } from "./kind.ts";

/** How rows of a run's data or decoder are drawn, all to one scale. */
export type RowLook = { readonly toImages: ToImages; readonly note?: string | undefined } | ProfileRows;

/** Rows of tables and signals, which are lines with axes. */
interface ProfileRows {
  readonly profile: ProfileLook;
  /** The rows, as they are drawn. */
  linesOf(rows: Float32Array): Float32Array[];
}

/** So many names can be read in a note. */
const MOST_NAMED = 24;

export async function rowLook(scene: Scene): Promise<RowLook> {
  const { model } = scene.run.vae;
  const { inputShape: shape, likelihood } = model;
  if (areImages(shape) || !isProfile(shape))
    return {
      toImages: await imageMaker(scene),
      note: isSpectrogram(scene)
        ? "Time runs to the right, pitch upwards (mel bands); brighter is louder."
        : undefined,
    };
  const counts = isOfCounts(likelihood);
  const shown = counts ? Math.log1p : (value: number) => value;
  const data = await dataOf(scene);
  const names = data?.schema.columns && namesOf(data.schema.columns);
  const [low, high] = (await scene.range(scene.run)).map(shown) as [number, number];
  const own = data && shape.length === 1 ? columnRanges(data, shown) : undefined;
  const size = exampleSize({ shape });
  const places = names ? `${size} columns` : `${size.toLocaleString("en")} values in their order`;
  const notes = [
    names && size <= MOST_NAMED ? "" : `From left to right: ${places}.`,
    counts && "Upwards: ln(1 + x).",
    own && "Each column has a scale of its own, from its least value in the data to its greatest.",
  ];
  const profile = {
    ranges: own ?? ([low, high > low ? high : low + 1] as const),
    names,
    note: notes.filter(Boolean).join(" ") || undefined,
  };
  return {
    profile,
    linesOf: (rows) =>
      Array.from({ length: rows.length / size }, (_, row) =>
        rows.slice(row * size, (row + 1) * size).map(shown),
      ),
  };
}

/** Whether rows are lines. */
export function areProfiles(look: RowLook): look is ProfileRows {
  return "profile" in look;
}

/** Lines in colours from blue by grey to red, in their order: a way through latent space. */
export function wayLines(lines: readonly ArrayLike<number>[]): ProfileLine[] {
  return lines.map((values, step) => ({ values, colour: wayColour(step / Math.max(1, lines.length - 1)) }));
}

const WAY: readonly Colour[] = [
  [33, 84, 173],
  [150, 168, 190],
  [206, 74, 58],
];

/** @param part of the way, 0 to 1 */
export function wayColour(part: number): Colour {
  const [from, to] = part < 0.5 ? [WAY[0]!, WAY[1]!] : [WAY[1]!, WAY[2]!];
  const share = part < 0.5 ? 2 * part : 2 * part - 1;
  return [0, 1, 2].map((at) => Math.round(from[at]! + share * (to[at]! - from[at]!))) as unknown as Colour;
}

/** One frame of a film of rows, `together` beside one another. */
export function filmFigure(
  look: RowLook,
  rows: Float32Array,
  together: number,
  title: string,
  zoom?: number,
) {
  const columns = Math.ceil(Math.sqrt(together));
  if (areProfiles(look)) {
    const panels = look
      .linesOf(rows)
      .map((values) => ({ lines: [{ values, colour: [48, 111, 196] as const }] }));
    const panelWidth = together === 1 ? 440 : Math.max(120, Math.round(520 / columns));
    return profilePanels(panels, { ...look.profile, columns, title, panelWidth, pixelRatio: 1 });
  }
  const { values, shape } = look.toImages(rows);
  const places = Array.from({ length: Math.ceil(together / columns) * columns }, (_, at) =>
    at < together ? at : -1,
  );
  const longer = Math.max(shape[0]!, shape[1]!);
  // Whole multiples of a value's size, so that all values are drawn equally large.
  const scale = zoom ?? Math.max(1, Math.round(FILM_SIDE / columns / longer));
  return imageRows(values, { shape, columns, places, title, imageSize: scale * longer, pixelRatio: 1 });
}

/** Pixels of the side of a film's picture, about. */
const FILM_SIDE = 520;

function namesOf(columns: readonly Column[]): string[] {
  return columns.map(({ name }, at) => name ?? `${at + 1}`);
}
