/** Rows of a table as a table: numbers as they were read, categories and dates in words. */
import type { Column } from "../../data/schema.ts";
import { html, type Markup } from "../html.ts";

/** More columns do not fit a page. */
const MOST_COLUMNS = 14;

/** How the values of a column are written. */
export interface TableColumn {
  readonly name: string;
  /** @param decimals that numbers of the column have */
  write(value: number, decimals: number): string;
}

/** @param kinds of columns by name, where files said so @returns undefined where rows are no table that fits a page */
export function tableColumns(
  columns: readonly Column[] | undefined,
  kinds: Readonly<Record<string, string>> = {},
): TableColumn[] | undefined {
  if (!columns || columns.length > MOST_COLUMNS) return undefined;
  return columns.map((column, at) => {
    const name = column.name ?? `${at + 1}`;
    return { name, write: writerOf(column, kinds[name]) };
  });
}

/** A labelled row of values; rows that belong together stand in one group. */
interface TableRow {
  readonly label: string;
  readonly values: ArrayLike<number>;
}

/** A group of rows is divided from the next by a line. */
export function valuesTable(
  columns: readonly TableColumn[],
  groups: readonly (readonly TableRow[])[],
): Markup {
  const decimals = columns.map((_, at) => decimalsOf(groups.flat().map(({ values }) => values[at]!)));
  const line = ({ label, values }: TableRow) =>
    html`<tr><th scope="row">${label}</th>${columns.map(({ write }, at) => html`<td>${write(values[at]!, decimals[at]!)}</td>`)}</tr>`;
  return html`<div class="scroll"><table class="values"><thead><tr><th></th>${columns.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>${groups.map((rows) => html`<tbody>${rows.map(line)}</tbody>`)}</table></div>`;
}

function writerOf(column: Column, kind: string | undefined): TableColumn["write"] {
  const { categories } = column;
  if (categories) return (value) => categories[Math.round(value)] ?? numberText(value, 0);
  if (kind === "date") return dateText;
  if (column.kind === "count") return (value) => numberText(value, 0);
  return numberText;
}

function dateText(seconds: number): string {
  const date = new Date(1000 * seconds);
  return Number.isNaN(date.getTime()) ? "–" : date.toISOString().slice(0, 10);
}

/** Three or four digits of the largest number. */
function decimalsOf(values: readonly number[]): number {
  const largest = Math.max(...values.filter(Number.isFinite).map(Math.abs));
  if (!(largest > 0) || values.every((value) => !Number.isFinite(value) || Number.isInteger(value))) return 0;
  if (largest >= 1000) return 0;
  return largest >= 10 ? 1 : Math.min(6, 2 - Math.floor(Math.log10(largest)));
}

function numberText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return "–";
  const text =
    Math.abs(value) >= 1e9
      ? value.toExponential(2)
      : value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return text.replace("-", "−");
}
