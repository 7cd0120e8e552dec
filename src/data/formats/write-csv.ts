/** A cell: numbers in the fewest digits that give them back; undefined and NaN are empty. */
type CsvCell = number | string | undefined;

/** A CSV file (RFC 4180, UTF-8, "\n"), for any spreadsheet. */
export async function* csvFile(
  names: readonly string[],
  rows: AsyncIterable<readonly CsvCell[]> | Iterable<readonly CsvCell[]>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let lines = [lineOf(names)];
  for await (const row of rows) {
    lines.push(lineOf(row));
    if (lines.length < 1000) continue;
    yield encoder.encode(lines.join(""));
    lines = [];
  }
  if (lines.length > 0) yield encoder.encode(lines.join(""));
}

function lineOf(cells: readonly CsvCell[]): string {
  return `${cells.map(textOf).join(",")}\n`;
}

function textOf(cell: CsvCell): string {
  if (cell === undefined || Number.isNaN(cell)) return "";
  if (typeof cell === "number") return String(cell);
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
