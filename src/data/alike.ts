import { DataError } from "../common/errors.ts";
import type { Chunk, ReadColumn, Reading } from "./formats/format.ts";
import type { Column, Rows } from "./schema.ts";

/** Requirements on data to match others: read with the same decisions, so that equal values mean the same. */
export interface Likeness {
  /** Of an example. */
  readonly shape?: readonly number[] | undefined;
  readonly columns?: readonly Pick<Column, "name" | "categories">[] | undefined;
}

/**
 * A reading whose categories are numbered as others'.
 * @throws {DataError} when shape or columns differ; while reading, for a category that the others do not have
 */
export function alike(name: string, reading: Reading, like: Likeness): Reading {
  const { columns } = reading;
  requireColumns(name, columns, like.columns);
  if (like.shape && like.shape.join() !== reading.shape.join())
    throw new DataError(
      `${name} has examples of shape ${reading.shape.join("×")}; the others have ${like.shape.join("×")}`,
    );
  const others = new Map(like.columns?.map((each) => [each.name, each.categories]));
  const maps = columns?.map((column) => indexMap(column, others.get(column.name)));
  if (!maps?.some((map) => map !== undefined)) return reading;
  return {
    ...reading,
    columns: columns!.map((column) => withCategories(column, others.get(column.name))),
    async *chunks() {
      let first = 0;
      for await (const chunk of reading.chunks()) {
        yield mapped(chunk, first);
        first += chunk.count;
      }
    },
  };

  function mapped(chunk: Chunk, first: number): Chunk {
    if (!chunk.rows) return chunk;
    const rows = chunk.rows.slice() as Rows;
    const width = maps!.length;
    for (let i = 0; i < rows.length; i++) {
      const map = maps![i % width];
      const value = rows[i]!;
      if (!map || Number.isNaN(value)) continue;
      const known = map[value];
      if (known === undefined) {
        const { name: column, categories } = columns![i % width]!;
        throw new DataError(
          `${name}: row ${first + Math.floor(i / width)} (counted from 0) has the category '${categories?.[value] ?? value}' in column '${column}', which the other data do not have`,
        );
      }
      rows[i] = known;
    }
    return { ...chunk, rows };
  }
}

function withCategories(column: ReadColumn, categories: readonly string[] | undefined): ReadColumn {
  return categories ? { ...column, categories } : column;
}

/** Of each class index, that of the same category in the others; undefined where they are numbered alike. */
function indexMap(
  { categories }: ReadColumn,
  others: readonly string[] | undefined,
): (number | undefined)[] | undefined {
  if (!categories || !others || categories.every((each, index) => others[index] === each)) return undefined;
  const indexOf = new Map(others.map((each, index) => [each, index]));
  return categories.map((each) => indexOf.get(each));
}

function requireColumns(
  name: string,
  columns: readonly ReadColumn[] | undefined,
  like: Likeness["columns"],
): void {
  if (!columns || !like?.every((column) => column.name !== undefined)) return;
  const missing = like.find((column) => !columns.some((each) => each.name === column.name));
  if (missing) throw new DataError(`${name} has no column '${missing.name}', which the other data have`);
  if (like.length < columns.length) return;
  const other = columns.find((column, at) => like[at]?.name !== column.name);
  if (other)
    throw new DataError(
      `${name} has the column '${other.name}' in another place than the other data, or they do not have it: use the same columns in the same order`,
    );
}

/** Readings one after the other, as if they were one file. @throws {DataError} when they do not fit together */
export function joinReadings(
  parts: readonly { readonly name: string; readonly reading: Reading }[],
): Reading {
  const [first, ...others] = parts;
  if (!first) throw new DataError("no files were given: give at least one");
  if (others.length === 0) return first.reading;
  const columns = joinedColumns(parts.map(({ reading }) => reading));
  const { shape } = first.reading;
  const readings = parts.map(({ name, reading }) => alike(name, reading, { shape, columns }));
  const examples = readings.every((each) => each.examples !== undefined)
    ? readings.reduce((sum, each) => sum + each.examples!, 0)
    : undefined;
  return {
    shape,
    ...(examples !== undefined && { examples }),
    ...(columns && { columns }),
    ...(first.reading.roles && { roles: first.reading.roles }),
    ...(first.reading.divisor !== undefined && { divisor: first.reading.divisor }),
    notes: [...new Set(readings.flatMap(({ notes }) => notes))],
    get skipped() {
      return readings.flatMap(({ skipped }) => skipped);
    },
    async *chunks() {
      for (const reading of readings) yield* reading.chunks();
    },
  };
}

/** The columns of the first with the categories of all. */
function joinedColumns(readings: readonly Reading[]): readonly ReadColumn[] | undefined {
  return readings[0]!.columns?.map((column, at) => {
    if (!column.categories) return column;
    const all = new Set(readings.flatMap(({ columns }) => columns?.[at]?.categories ?? []));
    return { ...column, categories: [...all] };
  });
}
