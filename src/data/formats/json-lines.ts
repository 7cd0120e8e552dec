import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { headOf, streamBytes } from "./bytes.ts";
import type { Format, Reading, ReadOptions } from "./format.ts";
import { BlockBuilder, type Table, type TableBlock } from "./table.ts";
import { readTable } from "./table-reading.ts";
import { linesOf } from "./text.ts";

const CELLS = 1 << 16;
const MOST_NAMES = 100_000;

/**
 * JSON lines, plain or gzip: an object or an array of single values in each line. Names that an object lacks are missing
 * values. It takes `label`, `group`, `split` and `columns`. Limits: no nested values, UTF-8 or UTF-16, at most 100,000
 * names. Read three times: for the names, for what the columns are, for the values.
 */
export const jsonLinesFormat: Format = {
  name: "jsonl",
  title: "JSON lines",
  recognises: (head) => {
    const line = new TextDecoder().decode(head).trimStart();
    return /^\{\s*("|\})/.test(line) || /^\[[^[\n]*\]\s*\n\s*\[/.test(line);
  },
  open: openJsonLines,
};

async function openJsonLines(source: Source, options: ReadOptions): Promise<Reading> {
  if (source.size === 0 || (await headOf(source, 1)).length === 0)
    throw new DataError(`${source.name} is empty; JSON lines have one object each`);
  const file = source.name;
  const names = await namesIn(source);
  const place = (row: number) => `row ${row + 1} (counted from 1)`;
  const table: Table = { file, names, notes: [], place, blocks: () => blocksOfLines(source, names) };
  return readTable(table, options);
}

async function namesIn(source: Source): Promise<string[]> {
  const names = new Map<string, number>();
  let width: number | undefined;
  for await (const { value, line } of valuesOf(source)) {
    if (Array.isArray(value)) {
      width ??= value.length;
      if (names.size > 0 || value.length !== width)
        throw new DataError(
          `${source.name}: line ${line} has an array of ${value.length} where the lines before differ: make all alike`,
        );
    } else if (width !== undefined) {
      throw new DataError(
        `${source.name}: line ${line} has an object where the first has an array: make all alike`,
      );
    } else for (const name of Object.keys(value)) if (!names.has(name)) names.set(name, names.size);
    if (names.size > MOST_NAMES)
      throw new DataError(
        `${source.name}: line ${line} brings more than ${MOST_NAMES} different names: use one name a column`,
      );
  }
  return width === undefined ? [...names.keys()] : Array.from({ length: width }, (_, i) => `column ${i + 1}`);
}

async function* blocksOfLines(source: Source, names: readonly string[]): AsyncGenerator<TableBlock> {
  const columns = new Map(names.map((name, column) => [name, column]));
  const atOnce = Math.max(1, Math.floor(CELLS / names.length));
  let builder = new BlockBuilder(names.length, atOnce);
  for await (const { value, line } of valuesOf(source)) {
    const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
    for (const [key, cell] of entries) {
      const column = typeof key === "number" ? key : columns.get(key)!;
      if (cell !== null && typeof cell === "object")
        throw new DataError(
          `${source.name}: line ${line}, '${names[column]}' is nested; single values can be read`,
        );
      builder.set(column, cell);
    }
    builder.endRow();
    if (builder.count < atOnce) continue;
    yield builder.block();
    builder = new BlockBuilder(names.length, atOnce);
  }
  if (builder.count > 0) yield builder.block();
}

async function* valuesOf(
  source: Source,
): AsyncGenerator<{ value: Record<string, unknown> | unknown[]; line: number }> {
  let line = 0;
  for await (const text of linesOf(streamBytes(source))) {
    line++;
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new DataError(`${source.name}: line ${line} is no JSON: it is damaged or cut off`, { cause });
    }
    if (value === null || typeof value !== "object")
      throw new DataError(`${source.name}: line ${line} is a single value; JSON lines have one object each`);
    yield { value: value as Record<string, unknown> | unknown[], line };
  }
}
