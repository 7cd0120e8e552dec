/** Labels of examples, and how each class looks. */
import { DataError } from "../common/errors.ts";
import { classStyle, NO_CLASS } from "./class-styles.ts";
import type { LegendEntry } from "./legend.ts";
import type { Colour } from "./pixels.ts";
import type { PointStyle } from "./point-raster.ts";

export interface ClassOptions {
  /** The class of each example, a whole number from 0; default: no classes, all points look the same. */
  readonly labels?: ArrayLike<number> | undefined;
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

/** @throws {DataError} when labels do not match the examples, or a label has no name where names are given */
export function classesOf(examples: number, { labels, classNames, colours }: ClassOptions): Classes {
  if (!labels) return { entries: [], styleOf: () => NO_CLASS };
  if (labels.length !== examples)
    throw new DataError(`there are ${labels.length} labels for ${examples} points; give one for each`);
  const numbers = classNames ? classNames.map((_, number) => number) : distinct(labels);
  const entries = new Map(
    numbers.map((number, index) => [
      number,
      { name: classNames?.[index] ?? `${number}`, style: classStyle(index, colours) },
    ]),
  );
  const nameless = Array.prototype.findIndex.call(labels, (label: number) => !entries.has(label));
  if (nameless >= 0)
    throw new DataError(
      `label ${labels[nameless]} of example ${nameless} has no name; give a name for every class from 0, not ${classNames?.length}`,
    );
  return { entries: [...entries.values()], styleOf: (example) => entries.get(labels[example]!)!.style };
}

function distinct(labels: ArrayLike<number>): number[] {
  return [...new Set(Array.from(labels))].sort((a, b) => a - b);
}
