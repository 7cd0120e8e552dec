import { DataError } from "../common/errors.ts";

/** The class index of an example whose class is not known. */
export const UNLABELLED = -1;

/** Labels as they may be given: class indices, or names; below 0, empty, "unlabelled" or undefined: not known. */
export type LabelsInput = ArrayLike<number> | readonly (string | undefined)[];

/** Class indices with the names that they stand for, where they have names. */
interface Labels {
  /** One for each example; {@link UNLABELLED} where the class is not known. */
  readonly labels: Uint8Array | Int32Array;
  readonly labelNames?: readonly string[];
}

const UNKNOWN_NAMES = /^(|-1|unlabell?ed|unknown)$/i;

/** Whether a label's text says that the class is not known. */
function isUnlabelled(name: string | undefined): boolean {
  return name === undefined || UNKNOWN_NAMES.test(name.trim());
}

/**
 * Class indices of labels. Names become indices in their natural order, so that "2" comes before "10".
 * @param known names whose indices are settled, such as those of the training split; others are added after them
 * @returns undefined where no label is known
 * @throws {DataError} naming the first label that is neither a whole number nor a text
 */
export function labelsOf(given: LabelsInput, where: string, known?: readonly string[]): Labels | undefined {
  const labels =
    given.length > 0 && Array.from<unknown>(given).some((each) => typeof each === "string")
      ? namedLabels(given as readonly (string | undefined)[], where, known)
      : { labels: indices(given as ArrayLike<number>, where) };
  return labels.labels.some((label) => label >= 0) ? labels : undefined;
}

function namedLabels(
  given: readonly (string | undefined)[],
  where: string,
  known: readonly string[] = [],
): Labels {
  given.forEach((each, row) => {
    if (each !== undefined && typeof each !== "string") throw noLabel(each, row, where);
  });
  const found = new Set(given.filter((each): each is string => !isUnlabelled(each)));
  for (const name of known) found.delete(name);
  const labelNames = [...known, ...[...found].sort(naturally)];
  const indexOf = new Map(labelNames.map((name, index) => [name, index]));
  const labels = Int32Array.from(given, (each) => indexOf.get(each as string) ?? UNLABELLED);
  return { labels, labelNames };
}

const collator = new Intl.Collator("en", { numeric: true });

function naturally(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : 1);
}

function indices(given: ArrayLike<number>, where: string): Uint8Array | Int32Array {
  if (given instanceof Uint8Array) return given;
  const labels = given instanceof Int32Array ? given : new Int32Array(given.length);
  for (let row = 0; row < given.length; row++) {
    // Float labels that are whole numbers are class indices, NaN is one that is missing.
    const label = Number.isNaN(given[row]) ? UNLABELLED : given[row];
    if (!Number.isInteger(label) || label! > 0x7fffffff) throw noLabel(label, row, where);
    if (labels !== given) labels[row] = Math.max(UNLABELLED, label!);
  }
  return labels.some((label) => label < UNLABELLED)
    ? labels.map((label) => Math.max(UNLABELLED, label))
    : labels;
}

function noLabel(label: unknown, row: number, where: string): DataError {
  return new DataError(
    `${where}: the label of row ${row} (counted from 0) is ${String(label)}; labels are whole numbers from 0 or texts, and -1 where they are not known`,
  );
}
