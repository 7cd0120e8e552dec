import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { joined, streamBytes } from "./bytes.ts";
import { csvForm } from "./csv.ts";
import { splitRows } from "./csv-dialect.ts";
import { MISSING } from "./table.ts";

/** Characters of the longest text that is filled in one piece. */
const LONGEST = 2 ** 28;

/** A CSV file that has gaps, and how it is written. */
export interface CsvWithGaps {
  readonly names: readonly string[];
  /** Cells of the rows below the header. */
  readonly rows: readonly (readonly string[])[];
  /** The first cell of a column that is not missing; undefined: all are. */
  sample(column: string): string | undefined;
  /**
   * The same file with texts in place of missing cells; all else is as it was, in UTF-8.
   * @param text of a missing cell; undefined: it stays as it is. Numbers have a decimal point
   */
  filled(text: (row: number, column: string) => string | undefined): string;
}

/** @throws {DataError} when the file cannot be read, or is longer than 256 million characters */
export async function csvWithGaps(source: Source): Promise<CsvWithGaps> {
  const parts: Uint8Array[] = [];
  for await (const part of streamBytes(source)) parts.push(part.slice());
  const bytes = joined(
    parts,
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  if (bytes.length > LONGEST)
    throw new DataError(`${source.name} has more than 256 MiB of text: fill it in parts, or write .npy`);
  const encoding = isUtf8(bytes) ? "utf-8" : "windows-1252";
  const { utf16, delimiter, decimalComma, header, names } = await csvForm(source, encoding);
  const all = splitRows(new TextDecoder(utf16 ?? encoding).decode(bytes), delimiter, true);
  const rows = header ? all.slice(1) : all;
  const isMissing = (cell: string | undefined) => cell === undefined || MISSING.has(cell);
  const lineOf = (cells: readonly string[]) =>
    `${cells.map((cell) => quoted(cell, delimiter)).join(delimiter)}\n`;
  return {
    names,
    rows,
    sample(column) {
      const at = names.indexOf(column);
      return rows.find((cells) => !isMissing(cells[at]))?.[at];
    },
    filled(text) {
      const lines = rows.map((cells, row) =>
        lineOf(
          names.map((name, at) => {
            const cell = cells[at] ?? "";
            const made = isMissing(cell) ? text(row, name) : undefined;
            if (made === undefined) return cell;
            return decimalComma && /^-?\d+\.\d+(e[+-]?\d+)?$/.test(made) ? made.replace(".", ",") : made;
          }),
        ),
      );
      return `${header ? lineOf(all[0]!) : ""}${lines.join("")}`;
    },
  };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function quoted(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
