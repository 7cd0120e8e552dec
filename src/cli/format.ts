import { formatCount } from "../common/format.ts";

/** A rate with two or three significant digits: `0.031`, `7.52`, `116`, `14,900`. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "–";
  return perSecond < 100
    ? String(Number(perSecond.toPrecision(perSecond < 1 ? 2 : 3)))
    : formatCount(perSecond);
}

/** Nats and other measured values, with two decimals. */
export function formatNats(value: number): string {
  return value.toFixed(2);
}

/** Lines of cells, all but the last column padded to its widest cell; the second and later may be numbers. */
export function alignColumns(
  lines: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string[] {
  const columns = Math.max(0, ...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, column) =>
        rightAligned.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
