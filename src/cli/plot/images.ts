import { type Dataset, exampleSize } from "../../data/dataset.ts";
import { rowsAsHeatMaps, rowsAsLines } from "../../plot/rows-as-images.ts";
import { areImages, toUnitInterval } from "../pictures.ts";
import { rangeOfRunData } from "../trained-run.ts";
import type { Scene } from "./kind.ts";

/** Rows of a run's data or decoder in a form that can be drawn. */
export interface Images {
  /** n × product(shape), in [0, 1]. */
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Makes rows into images, all to one scale. */
export type ToImages = (rows: Float32Array) => Images;

/** Images as they are; matrices as heat maps; all other rows, and sequences of one channel, as lines. */
export async function imageMaker(
  { run, options: { data: source } }: Scene,
  data?: Dataset,
): Promise<ToImages> {
  const { inputShape: shape } = run.vae.model;
  const range = data?.schema.range ?? (await rangeOfRunData(run, source));
  const look = range[0] < range[1] ? { range } : {};
  if (areImages(shape)) return (rows) => ({ values: toUnitInterval(rows, range), shape });
  if (shape.length === 2 && shape[1]! > 1) return (rows) => rowsAsHeatMaps(rows, shape, look);
  return (rows) => rowsAsLines(rows, exampleSize({ shape }), look);
}
