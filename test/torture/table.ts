/** What was tried, how often, and what did not come out as it must. */
export interface TableLine {
  readonly what: string;
  readonly cases: number;
  /** In words; none is what must be. */
  readonly lost: readonly string[];
}

/** As a table in Markdown. */
export function tableOf(lines: readonly TableLine[]): string {
  const rows = lines.map(
    ({ what, cases, lost }) => `| ${what} | ${cases} | ${cases - lost.length} | ${lost.length} |`,
  );
  return ["| tried | cases | faults survived | lost |", "|---|---|---|---|", ...rows].join("\n");
}
