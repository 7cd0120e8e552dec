/** Labels of examples, and how each class looks. */
import { DataError } from "../common/errors.ts";
import { classStyle, NO_CLASS, UNLABELLED } from "./class-styles.ts";
import type { LegendEntry } from "./legend.ts";
import type { Colour } from "./pixels.ts";
import type { PointStyle } from "./point-raster.ts";

export interface ClassOptions {
  /** The class of each example, a whole number from 0, or -1 where it is not known; default: no classes, all points look the same. */
  readonly labels?: ArrayLike<number> | undefined;
  /** All classes there are, whether they occur or not, so that each keeps its look; default: those that occur. */
  readonly classes?: readonly number[] | undefined;
  /** Name of each class, by its number; default: the numbers that occur. */
  readonly classNames?: readonly string[] | undefined;
  /** Of the classes in turn; default: ten that colour-blind viewers can tell apart. */
  readonly colours?: readonly Colour[] | undefined;
}

export interface Classes {
  /** One entry for each class, in the order of their numbers; none without labels. */
  readonly entries: readonly LegendEntry[];
  readonly styleOf: (example: number) => PointStyle;
}

/** The label of examples whose class is not known. */
const UNKNOWN = -1;

/** @throws {DataError} when labels do not match the examples, or a label has no name where names are given */
export function classesOf(examples: number, { labels, classes, classNames, colours }: ClassOptions): Classes {
  if (!labels) return { entries: [], styleOf: () => NO_CLASS };
  if (labels.length !== examples)
    throw new DataError(`there are ${labels.length} labels for ${examples} points; give one for each`);
  const numbers = classes ?? (classNames ? classNames.map((_, number) => number) : distinct(labels));
  const entries = new Map<number, LegendEntry>(
    numbers.map((number, index) => [
      number,
      { name: classNames?.[index] ?? `${number}`, style: classStyle(index, colours) },
    ]),
  );
  if (Array.prototype.some.call(labels, (label: number) => label < 0))
    entries.set(UNKNOWN, { name: "unlabelled", style: UNLABELLED });
  const nameless = Array.prototype.findIndex.call(
    labels,
    (label: number) => label >= 0 && !entries.has(label),
  );
  if (nameless >= 0)
    throw new DataError(
      `label ${labels[nameless]} of example ${nameless} has no name; give a name for every class from 0, not ${classNames?.length}`,
    );
  return {
    entries: [...entries.values()],
    styleOf: (example) => entries.get(Math.max(UNKNOWN, labels[example]!))!.style,
  };
}

function distinct(labels: ArrayLike<number>): number[] {
  return [...new Set(Array.from(labels))].filter((label) => label >= 0).sort((a, b) => a - b);
}
