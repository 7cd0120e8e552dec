import { type Dataset, exampleSize, exampleValues, labelledPart, spread } from "../data/dataset.ts";
import { withoutGaps } from "../data/without-gaps.ts";

/** Rows that are looked at, at even distances. */
const ROWS = 10_000;
/** Fewest rows by which columns are judged. */
const FEWEST = 50;
/** Most values of a column that can stand for classes. */
const MOST_CODES = 64;
const NAMED_LIKE_IDENTIFIERS = /(^|[_ .-])(id|index|nr|no|number|barcode|uuid)$/i;

/** Suspicions about the columns of a table, by index. */
export interface TableEvidence {
  /** Pairs of columns with the same values in all rows. */
  readonly duplicateColumns: readonly (readonly [first: number, copy: number])[];
  /** Columns that number the rows. */
  readonly identifiers: readonly number[];
  /** Columns each value of which goes with one label. */
  readonly labelColumns: readonly number[];
}

/** Nothing is suspected of images, and of fewer than 50 rows. */
export function tableEvidence(train: Dataset): TableEvidence {
  if (train.shape.length > 1 || train.examples < FEWEST)
    return { duplicateColumns: [], identifiers: [], labelColumns: [] };
  const some = spread(withoutGaps(train), ROWS);
  const width = exampleSize(some);
  const values = exampleValues(some, { start: 0, end: some.examples });
  const columns = Array.from({ length: width }, (_, at) => ({ values, at, width, rows: some.examples }));
  return {
    duplicateColumns: duplicatesAmong(columns),
    identifiers: columns.flatMap((column) =>
      isIdentifier(column, train.schema.columns?.[column.at]?.name) ? [column.at] : [],
    ),
    labelColumns: labelColumnsOf(train),
  };
}

interface ColumnValues {
  readonly values: Float32Array;
  readonly at: number;
  readonly width: number;
  readonly rows: number;
}

function* valuesOf({ values, at, width, rows }: ColumnValues): Generator<number> {
  for (let row = 0; row < rows; row++) yield values[row * width + at]!;
}

function duplicatesAmong(columns: readonly ColumnValues[]): [number, number][] {
  const seen = new Map<string, number[]>();
  const pairs: [number, number][] = [];
  for (const column of columns) {
    // Sums with fixed weights tell most columns apart; equal sums are compared value by value.
    let [sum, row, first, varies] = [0, 0, Number.NaN, false];
    for (const value of valuesOf(column)) {
      if (row === 0) first = value;
      varies ||= value !== first;
      sum += value * Math.sin(++row);
    }
    if (!varies) continue;
    const key = String(sum);
    const same = (seen.get(key) ?? []).find((other) => areEqual(columns[other]!, column));
    if (same !== undefined) pairs.push([same, column.at]);
    else seen.set(key, [...(seen.get(key) ?? []), column.at]);
  }
  return pairs;
}

function areEqual(a: ColumnValues, b: ColumnValues): boolean {
  for (let row = 0; row < a.rows; row++)
    if (a.values[row * a.width + a.at] !== b.values[row * b.width + b.at]) return false;
  return true;
}

/**
 * Whole numbers, all different, that fill most of their range, as numbers of rows do, or are called like identifiers:
 * times are different too, but lie far apart.
 */
function isIdentifier(column: ColumnValues, name: string | undefined): boolean {
  const seen = new Set<number>();
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of valuesOf(column)) {
    if (!Number.isInteger(value) || seen.has(value)) return false;
    seen.add(value);
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  // A part of the rows is for other splits.
  const isNumbering = column.rows < ROWS && greatest - least < 1.5 * column.rows;
  return isNumbering || (name !== undefined && NAMED_LIKE_IDENTIFIERS.test(name));
}

function labelColumnsOf(train: Dataset): number[] {
  const known = labelledPart(train);
  if (!known?.labels || known.examples < FEWEST) return [];
  const some = spread(withoutGaps(known), ROWS);
  const labels = some.labels!;
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size < 2 || Math.max(...counts.values()) > 0.95 * some.examples) return [];
  const width = exampleSize(some);
  const values = exampleValues(some, { start: 0, end: some.examples });
  const found: number[] = [];
  for (let at = 0; at < width; at++) {
    const labelOf = new Map<number, number>();
    const tells = labels.every((label: number, row: number) => {
      const value = values[row * width + at]!;
      const before = labelOf.get(value);
      if (before === undefined) labelOf.set(value, label);
      return (before === undefined || before === label) && labelOf.size <= MOST_CODES;
    });
    if (tells && 2 * labelOf.size <= some.examples) found.push(at);
  }
  return found;
}
