import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { headOf, joined, streamBytes } from "./bytes.ts";
import { CsvCells, type CsvDialect, NotUtf8 } from "./csv-cells.ts";
import { delimiterOf, hasDecimalComma, hasHeader, splitRows } from "./csv-dialect.ts";
import type { Format, Reading, ReadOptions } from "./format.ts";
import type { Table, TableBlock } from "./table.ts";
import { readTable } from "./table-reading.ts";
import { asUtf8, isText, utf16Of } from "./text.ts";

/** Bytes that delimiter, header and decimal mark are told from. */
const SAMPLE = 1 << 16;

/** Largest size of a row in bytes: a longer one is caused by an unbalanced quote. */
const LONGEST_ROW = 1 << 24;

/**
 * CSV and TSV (RFC 4180), plain or gzip: delimiter ',', ';', tab or '|', with a header or without one, UTF-8, UTF-16
 * or Windows-1252 (which has Latin-1), decimal point or comma. It takes `label`, `group`, `split` and `columns`.
 * Limits: rows of at most 16 MiB, no comments, no thousands separators, at most 100,000 categories a column. It is read
 * once to decide what the columns are, and again for the values; some MiB are in memory.
 */
export const csvFormat: Format = {
  name: "csv",
  title: "CSV and TSV",
  recognises: (head, name) => {
    if (!isText(head) || /^\s*[[{%]/.test(sampleText(head))) return false;
    const text = sampleText(head);
    return (
      delimiterOf(text, false) !== undefined ||
      delimiterOf(text, true) !== undefined ||
      /\.(csv|tsv|txt)(\.gz)?$/i.test(name)
    );
  },
  open: openCsv,
};

function sampleText(head: Uint8Array): string {
  return new TextDecoder(utf16Of(head) ?? "utf-8").decode(head);
}

async function openCsv(source: Source, options: ReadOptions): Promise<Reading> {
  if (source.size === 0) throw new DataError(`${source.name} is empty; a table has a header and rows`);
  try {
    return await readTable(await csvTable(source, "utf-8"), options);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    return readTable(await csvTable(source, "windows-1252"), options);
  }
}

/** How a CSV file is written, as its beginning tells. */
export async function csvForm(source: Source, encoding: CsvDialect["encoding"]) {
  const file = source.name;
  const head = await headOf(source, SAMPLE);
  if (!isText(head)) throw new DataError(`${file} has zero bytes and is no text; CSV files are text`);
  const utf16 = utf16Of(head);
  const isWhole = head.length < SAMPLE;
  const sample = new TextDecoder(utf16 ?? encoding).decode(head);
  const delimiter = delimiterOf(sample, isWhole) ?? ",";
  const rows = splitRows(sample, delimiter, isWhole || !/[\r\n]/.test(sample));
  const [first] = rows;
  if (!first) throw new DataError(`${file} has no rows; a table has a header and rows`);
  const decimalComma = hasDecimalComma(rows, delimiter);
  const header = hasHeader(rows, decimalComma);
  const names = header
    ? first.map((name, i) => (name === "" && i === 0 ? "index" : name))
    : first.map((_, i) => `column ${i + 1}`);
  return { utf16, delimiter, decimalComma, header, names };
}

async function csvTable(source: Source, encoding: CsvDialect["encoding"]): Promise<Table> {
  const file = source.name;
  const { utf16, delimiter, decimalComma, header, names } = await csvForm(source, encoding);
  const notes: string[] = [];
  if (delimiter !== ",") notes.push(`the delimiter is ${delimiter === "\t" ? "a tab" : `'${delimiter}'`}`);
  if (!header) notes.push("there is no header: columns are named by their number");
  if (decimalComma) notes.push("numbers have a decimal comma");
  if (utf16) notes.push(`the encoding is ${utf16.toUpperCase()}`);
  else if (encoding !== "utf-8")
    notes.push("the encoding is taken for Windows-1252 (Latin-1), since it is not UTF-8");
  const dialect = { delimiter: delimiter.charCodeAt(0), decimalComma, encoding, columns: names.length };
  const place = (row: number) =>
    header ? `row ${row + 2} (the header is row 1)` : `row ${row + 1} (counted from 1)`;
  const blocks = () => csvBlocks(source, dialect, header, (row) => `${file}: ${place(row)}`);
  return { file, names, notes, place, blocks };
}

async function* csvBlocks(
  source: Source,
  dialect: CsvDialect,
  header: boolean,
  place: (row: number) => string,
): AsyncGenerator<TableBlock> {
  const named = (row: number) => (row < 0 ? `${source.name}: the header` : place(row));
  let skip = header ? 1 : 0;
  const cells = new CsvCells(dialect, named, -skip);
  let rest: Uint8Array = new Uint8Array(0);
  const cut = (bytes: Uint8Array, isLast: boolean) => {
    const { block, used } = cells.read(bytes, isLast);
    rest = bytes.subarray(used);
    if (rest.length > LONGEST_ROW)
      throw new DataError(`${source.name} has a row of more than 16 MiB: look for a quote that never closes`);
    if (skip === 0 || block.count === 0) return block;
    skip = 0;
    const texts = block.texts.map((column) => column?.slice(1));
    return { count: block.count - 1, numbers: block.numbers.subarray(dialect.columns), texts };
  };
  for await (const bytes of asUtf8(streamBytes(source))) {
    const block = cut(rest.length === 0 ? bytes : joined([rest, bytes], rest.length + bytes.length), false);
    if (block.count > 0) yield block;
  }
  const last = cut(rest, true);
  if (last.count > 0) yield last;
}
