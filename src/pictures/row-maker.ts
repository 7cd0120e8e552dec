import { DataError } from "../common/errors.ts";
import { type Dataset, exampleSize, exampleValues, spread } from "../data/dataset.ts";
import type { Column } from "../data/schema.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import type { ImageRowsOptions } from "../plot/image-rows.ts";
import { imageMaker } from "./image-maker.ts";
import { areImages, isProfile } from "./images.ts";
import type { Scene } from "./kind.ts";

/** Values and how {@link imageRows} draws them. */
interface DrawnRows extends Pick<ImageRowsOptions, "shape" | "profiles"> {
  readonly values: Float32Array;
}

/** Examples by which the scale of a table's columns is found. */
const SCALED_BY = 1000;
/** Spreads of columns that differ more than this cannot share an axis. */
const MOST_UNEQUAL = 12;

/**
 * Makes rows of a run's data or decoder into what rows of pictures show, all to one scale: images as they are, rows of
 * tables and signals as profiles with axes.
 */
export async function rowMaker(scene: Scene): Promise<(rows: Float32Array) => DrawnRows> {
  const { inputShape: shape, likelihood } = scene.run.vae.model;
  if (areImages(shape) || !isProfile(shape)) return imageMaker(scene);
  const shown = isOfCounts(likelihood) ? Math.log1p : (value: number) => value;
  const data = await scene.data().catch((error) => {
    if (error instanceof DataError) return undefined;
    throw error;
  });
  const logarithmic = isOfCounts(likelihood) ? "values are ln(1 + x)" : "";
  const names = data?.schema.columns && namesOf(data.schema.columns);
  const [low, high] = (await scene.range(scene.run)).map(shown) as [number, number];
  const own = data && shape.length === 1 ? columnRanges(data, shown) : undefined;
  const columns = names && names.length <= 24 ? `columns: ${names.join(", ")}` : "";
  const notes = [
    columns,
    logarithmic,
    own && "each column has its own scale, from its least value to its greatest",
  ];
  const profiles = {
    ranges: own ?? ([low, high > low ? high : low + 1] as const),
    names,
    note: notes.filter(Boolean).join("; ") || undefined,
  };
  return (rows) => ({ values: rows.map(shown), shape, profiles });
}

function namesOf(columns: readonly Column[]): string[] {
  return columns.map(({ name }, at) => name ?? `${at + 1}`);
}

/** @returns undefined where one axis serves all columns */
function columnRanges(data: Dataset, shown: (value: number) => number) {
  const some = spread(data, Math.min(SCALED_BY, data.examples));
  const size = exampleSize(some);
  const ranges = Array.from(
    { length: size },
    () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as [number, number],
  );
  exampleValues(some, { start: 0, end: some.examples }).forEach((value, at) => {
    if (!Number.isFinite(value)) return;
    const range = ranges[at % size]!;
    range[0] = Math.min(range[0], shown(value));
    range[1] = Math.max(range[1], shown(value));
  });
  const reach = Math.max(...ranges.map(([, high]) => high)) - Math.min(...ranges.map(([low]) => low));
  const spreads = ranges.map(([low, high]) => high - low).filter((each) => each > 0);
  return reach > MOST_UNEQUAL * Math.min(...spreads)
    ? ranges.map(([low, high]) => (low < high ? ([low, high] as const) : ([low - 1, low + 1] as const)))
    : undefined;
}
