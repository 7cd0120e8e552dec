import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetSchema } from "hyparquet";
import { parquetReadColumn } from "hyparquet/src/read.js";
import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import type { Format, Reading, ReadOptions } from "./format.ts";
import { BlockBuilder, type Table, type TableBlock } from "./table.ts";
import { readTable } from "./table-reading.ts";

/** Cells that are in memory at once, unless a row group has more. */
const CELLS = 1 << 18;

/** A row group is decompressed as a whole. */
const LARGEST_GROUP = 2 ** 30;

/**
 * Parquet, of flat columns: numbers, texts, booleans, dates, nulls; all usual encodings and compressions. It takes
 * `label`, `group`, `split` and `columns`. Limits: no nested columns; a row group has at most 1 GiB decompressed.
 */
export const parquetFormat: Format = {
  name: "parquet",
  title: "Parquet",
  recognises: (head) => String.fromCharCode(...head.subarray(0, 4)) === "PAR1",
  open: openParquet,
};

async function openParquet(source: Source, options: ReadOptions): Promise<Reading> {
  return readTable(await parquetTable(source), options);
}

async function parquetTable(source: Source): Promise<Table> {
  const file = source.name;
  if (source.size < 12)
    throw new DataError(`${file} has ${source.size} bytes; a Parquet file has at least 12`);
  const buffer: AsyncBuffer = {
    byteLength: source.size,
    slice: async (start, end = source.size) => {
      const from = start < 0 ? source.size + start : start;
      if (from < 0 || from > end || end > source.size) throw new Error("it points past its end");
      return (await source.read(from, end)).slice().buffer as ArrayBuffer;
    },
  };
  const metadata = await guarded(file, () => parquetMetadataAsync(buffer));
  const fields = await guarded(file, async () => parquetSchema(metadata).children);
  const nested = fields.find(
    ({ children, element }) => children.length > 0 || element.repetition_type === "REPEATED",
  );
  if (nested)
    throw new DataError(
      `${file}: column '${nested.element.name}' is nested; flatten it into columns of single values`,
    );
  await guarded(file, async () => checkSizes(metadata, source));
  const names = fields.map(({ element }) => element.name);
  const place = (row: number) => `row ${row} (counted from 0)`;
  return { file, names, notes: [], place, blocks: () => parquetBlocks(file, buffer, metadata, names) };
}

/** A header must not make us allocate what the file cannot hold: no encoding packs 2¹⁶ rows of a column into a byte. */
function checkSizes(metadata: FileMetaData, { name, size }: Source): void {
  let rows = 0n;
  for (const group of metadata.row_groups) {
    rows += group.num_rows;
    const bytes = group.columns.reduce(
      (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
      0,
    );
    if (bytes > LARGEST_GROUP)
      throw new DataError(
        `${name} has a row group of ${bytes} bytes; at most 1 GiB can be read: write smaller row groups`,
      );
  }
  if (rows < 0n || rows !== metadata.num_rows || rows > 65_536n * BigInt(size))
    throw new DataError(
      `${name} promises ${metadata.num_rows} rows, which its ${size} bytes do not hold: it is damaged`,
    );
}

async function* parquetBlocks(
  file: string,
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  names: readonly string[],
): AsyncGenerator<TableBlock> {
  const atOnce = Math.max(1, Math.floor(CELLS / names.length));
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const columns: ArrayLike<unknown>[] = [];
    for (const name of names)
      columns.push(await guarded(file, () => columnOf(buffer, metadata, name, start, end)));
    for (let first = 0; first < end - start; first += atOnce)
      yield blockOf(file, names, columns, first, Math.min(end - start, first + atOnce));
    start = end;
  }
}

function blockOf(
  file: string,
  names: readonly string[],
  columns: readonly ArrayLike<unknown>[],
  first: number,
  end: number,
): TableBlock {
  const builder = new BlockBuilder(names.length, end - first);
  for (let row = first; row < end; row++) {
    for (const [column, values] of columns.entries()) {
      const value = values[row];
      if (value !== null && typeof value === "object" && !(value instanceof Date))
        throw new DataError(
          `${file}: column '${names[column]}' holds lists or bytes; single values can be read`,
        );
      builder.set(column, value);
    }
    builder.endRow();
  }
  return builder.block();
}

/** Columns are read one after another, so that a damaged one rejects alone. */
async function columnOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  name: string,
  rowStart: number,
  rowEnd: number,
): Promise<ArrayLike<unknown>> {
  const { compressors } = await import("hyparquet-compressors");
  const values = await parquetReadColumn({ file, metadata, columns: [name], rowStart, rowEnd, compressors });
  if (values.length === rowEnd - rowStart) return values;
  throw new Error(`it has ${values.length} rows where ${rowEnd - rowStart} are promised`);
}

async function guarded<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`${file} is a damaged Parquet file (${reason}): write it again`, { cause });
  }
}
