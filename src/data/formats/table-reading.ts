import { DataError } from "../../common/errors.ts";
import { ColumnProfile } from "./column-profile.ts";
import { type ColumnRole, roleOf, saidKinds } from "./column-roles.ts";
import { secondsOf } from "./dates.ts";
import type { Chunk, ColumnKind, ReadColumn, Reading, ReadOptions } from "./format.ts";
import type { Table, TableBlock } from "./table.ts";

/**
 * The reading of a table: one pass over all rows decides what its columns are, each further one gives the values.
 * Rows are float64: numbers as they stand, class indices of categories, dates in seconds since 1970. It takes
 * `label`, `group`, `split` and `columns`.
 *
 * @throws {DataError} when there are no rows or no values, or a value that its column cannot have
 */
export async function readTable(table: Table, options: ReadOptions): Promise<Reading> {
  refuseBadNames(table);
  const said = saidKinds(table, options);
  const profiles = said.map((kind) => new ColumnProfile(kind === "categorical" || kind === "binary"));
  const examples = await profile(table, profiles, said);
  if (examples === 0) throw new DataError(`${table.file} has no rows; examples are rows below the header`);
  const notes = [...table.notes];
  const found = profiles.map((each, i) => roleOf(i, each, said[i], examples, table, notes));
  const roles = options.known ? withoutOthers(found, said, table, notes) : found;
  const columns = roles.flatMap((each) => (each.role === "value" ? [each.column] : []));
  if (columns.length === 0)
    throw new DataError(
      `${table.file} has no columns with values: ${notes.join("; ") || "all have other roles"}`,
    );
  const encoders = roles.map(encoderOf);
  return {
    shape: [columns.length],
    examples,
    columns,
    roles: Object.fromEntries(
      roles.flatMap(({ role }, i) => (role === "value" ? [] : [[table.names[i]!, role]])),
    ),
    notes,
    skipped: [],
    chunks: () => tableChunks(table, roles, encoders, columns.length, nameColumn(roles, profiles)),
  };
}

/** Leaves out columns that the data which these are read like do not have. */
function withoutOthers(
  roles: readonly ColumnRole[],
  said: readonly (ColumnKind | undefined)[],
  { names }: Table,
  notes: string[],
): ColumnRole[] {
  const others = names.filter((_, i) => roles[i]!.role === "value" && said[i] === undefined);
  if (others.length > 0)
    notes.push(`left out, as the model's data do not have them: ${others.slice(0, 8).join(", ")}`);
  return roles.map((role, i) => (others.includes(names[i]!) ? { role: "ignore" } : role));
}

function refuseBadNames({ file, names }: Table): void {
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (name.trim() === "")
      throw new DataError(`${file}: column ${index + 1} has no name in the header: give it one`);
    const before = seen.get(name);
    if (before !== undefined)
      throw new DataError(
        `${file}: columns ${before + 1} and ${index + 1} are both named '${name}': rename one`,
      );
    seen.set(name, index);
  }
}

/** @returns the number of rows */
async function profile(
  table: Table,
  profiles: readonly ColumnProfile[],
  said: readonly (ColumnKind | undefined)[],
): Promise<number> {
  const width = profiles.length;
  let first = 0;
  for await (const { count, numbers, texts } of table.blocks()) {
    for (let column = 0; column < width; column++) {
      if (said[column] === "ignore") continue;
      const each = profiles[column]!;
      const cells = texts[column];
      for (let row = 0, at = column; row < count; row++, at += width) {
        const value = numbers[at]!;
        const text = cells?.[row];
        if (text !== undefined) each.addText(text, first + row);
        else if (!Number.isNaN(value)) each.addNumber(value, first + row);
      }
    }
    first += count;
  }
  return first;
}

/** The value of a cell that is a text; undefined: the column has numbers only. */
type TextEncoder = ((text: string) => number) | undefined;

function encoderOf(role: ColumnRole): TextEncoder {
  if (role.role !== "value") return undefined;
  const { kind, categories }: ReadColumn = role.column;
  if (categories) {
    const indices = new Map(categories.map((text, index) => [text, index]));
    return (text) => indices.get(text) ?? Number.NaN;
  }
  return kind === "date" ? (text) => secondsOf(text) ?? Number.NaN : undefined;
}

async function* tableChunks(
  table: Table,
  roles: readonly ColumnRole[],
  encoders: readonly TextEncoder[],
  width: number,
  names: number,
): AsyncGenerator<Chunk> {
  const columnOf = (role: ColumnRole["role"]) => roles.findIndex((each) => each.role === role);
  const [labels, groups, splits] = (["label", "group", "split"] as const).map(columnOf);
  for await (const block of table.blocks()) {
    const { count } = block;
    const rows = new Float64Array(count * width);
    let target = 0;
    for (const [column, role] of roles.entries()) {
      if (role.role !== "value") continue;
      const isCoded = role.column.categories !== undefined;
      fillColumn(block, column, roles.length, encoders[column], isCoded, rows, target++, width);
    }
    const texts = (column: number | undefined) =>
      Array.from({ length: count }, (_, row) => textOf(block, row, column!, roles.length));
    yield {
      count,
      rows,
      ...(labels! >= 0 && { labels: texts(labels) }),
      ...(groups! >= 0 && { groups: texts(groups).map((text) => text ?? "") }),
      ...(splits! >= 0 && { splits: texts(splits).map((text) => text ?? "") }),
      ...(names >= 0 && { names: texts(names).map((text) => text ?? "") }),
    };
  }
}

/** Of several columns that name the rows, the first of texts; -1: there is none. */
function nameColumn(roles: readonly ColumnRole[], profiles: readonly ColumnProfile[]): number {
  const ids = [...roles.keys()].filter((at) => roles[at]!.role === "id");
  return ids.find((at) => !profiles[at]!.isNumeric) ?? ids[0] ?? -1;
}

function fillColumn(
  { count, numbers, texts }: TableBlock,
  column: number,
  columns: number,
  encode: TextEncoder,
  isCoded: boolean,
  rows: Float64Array,
  target: number,
  width: number,
): void {
  const cells = texts[column];
  for (let row = 0, from = column, to = target; row < count; row++, from += columns, to += width) {
    const value = numbers[from]!;
    const text = cells?.[row];
    if (text !== undefined) rows[to] = encode ? encode(text) : Number.NaN;
    else rows[to] = isCoded && !Number.isNaN(value) ? encode!(String(value)) : value;
  }
}

function textOf(
  { numbers, texts }: TableBlock,
  row: number,
  column: number,
  columns: number,
): string | undefined {
  const number = numbers[row * columns + column]!;
  return texts[column]?.[row] ?? (Number.isNaN(number) ? undefined : String(number));
}
