import type { Dataset } from "../data/dataset.ts";

const LINES_AT_ONCE = 1000;

/** Decimals enough that reading them as float32 gives the same number: nine significant digits. */
export function formatFloat32(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : value.toPrecision(9);
}

/** Names of columns that belong together: `value_0`, `value_1` …; latent dimensions are counted from 1. */
export function numbered(name: string, count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => `${name}_${index + first}`);
}

/** A text as a cell (RFC 4180). */
export function quotedCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The class of an example: its name, its index where classes have no names, null where it is not known. */
export function labelOf({ labels, schema }: Pick<Dataset, "labels" | "schema">, index: number) {
  const label = labels?.[index];
  if (label === undefined || label < 0) return null;
  return schema.labelNames?.[label] ?? label;
}

/** A label as a cell: empty where the class is not known. */
export function labelCell(data: Pick<Dataset, "labels" | "schema">, index: number): string | number {
  const label = labelOf(data, index);
  return typeof label === "string" ? quotedCell(label) : (label ?? "");
}

/** A CSV file's text in pieces of bounded size. @param line cells of one line, quoted where they need it */
export function* csvText(
  header: readonly string[],
  lines: number,
  line: (index: number) => readonly (string | number)[],
): Generator<string, void, void> {
  yield `${header.join(",")}\n`;
  for (let start = 0; start < lines; start += LINES_AT_ONCE) {
    let text = "";
    for (let index = start; index < Math.min(lines, start + LINES_AT_ONCE); index++)
      text += `${line(index).join(",")}\n`;
    yield text;
  }
}
