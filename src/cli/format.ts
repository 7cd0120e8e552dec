/** 20000 → `20,000` */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** With as many digits as say something: `0.031`, `7.52`, `116`, `14,900`. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "–";
  return perSecond < 100
    ? String(Number(perSecond.toPrecision(perSecond < 1 ? 2 : 3)))
    : formatCount(perSecond);
}

/** `0.049 s`, `8.2 s`, `42 s`, `2 min 05 s`, `3 h 05 min` */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 0.995) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** Nats and other measured values, to a hundredth. */
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

/** A word as a shell wants it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
