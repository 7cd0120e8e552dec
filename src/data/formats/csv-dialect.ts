import { MISSING } from "./table.ts";

const DELIMITERS = [",", ";", "\t", "|"];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const COMMA_NUMBER = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;

/** The fields of all whole rows of the text, which may end anywhere. */
export function splitRows(text: string, delimiter: string, isWhole: boolean): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = new RegExp(`"((?:[^"]|"")*)"|([^${delimiter === "|" ? "\\|" : delimiter}\r\n]*)`, "y");
  for (let at = 0; at < text.length; ) {
    field.lastIndex = at;
    const found = field.exec(text)!;
    at = field.lastIndex;
    if (at >= text.length && !isWhole) return rows;
    row.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? "").trim());
    if (text[at] === delimiter) at++;
    else {
      if (text[at] === "\r" && text[at + 1] === "\n") at++;
      else if (at < text.length && text[at] !== "\n" && text[at] !== "\r") {
        const rest = text.slice(at).search(/[\r\n]/);
        at = rest < 0 ? text.length : at + rest;
      }
      at++;
      if (row.length > 1 || row[0] !== "") rows.push(row);
      row = [];
    }
  }
  if (row.length > 0 && isWhole) rows.push(row);
  return rows;
}

/** The delimiter that divides most rows into the same number of fields, more than one; undefined: none does. */
export function delimiterOf(text: string, isWhole: boolean): string | undefined {
  let best: { delimiter: string; share: number; fields: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const rows = splitRows(text, delimiter, isWhole);
    const fields = rows[0]?.length ?? 1;
    if (fields < 2) continue;
    const share = rows.filter((row) => row.length === fields).length / rows.length;
    if (!best || share > best.share || (share === best.share && fields > best.fields))
      best = { delimiter, share, fields };
  }
  return best?.delimiter;
}

/** Whether numbers are written 1,5, in a file that does not divide by commas. */
export function hasDecimalComma(rows: readonly (readonly string[])[], delimiter: string): boolean {
  if (delimiter === ",") return false;
  const cells = rows.flat();
  return cells.some((cell) => COMMA_NUMBER.test(cell)) && !cells.some((cell) => /^[+-]?\d*\.\d+$/.test(cell));
}

/**
 * Whether the first row names the columns: none of its fields is a number, all differ, and either a field below one
 * is a number or the names do not occur below. Fields 0, 1, 2, …, as data frames without names are written, are names.
 */
export function hasHeader(rows: readonly (readonly string[])[], decimalComma: boolean): boolean {
  const [names, ...below] = rows;
  if (!names) return false;
  const isNumber = (cell: string) => NUMBER.test(cell) || (decimalComma && COMMA_NUMBER.test(cell));
  const named = names[0] === "" ? names.slice(1) : names;
  if (named.length > 2 && named.every((name, i) => name === String(i))) return true;
  if (names.some((name) => isNumber(name) || (MISSING.has(name) && name !== ""))) return false;
  if (below.length === 0) return true;
  if (below.some((row) => row.some((cell, i) => isNumber(cell) && i < names.length))) return true;
  return (
    new Set(names).size === names.length && !below.some((row) => row.some((cell, i) => cell === names[i]))
  );
}
