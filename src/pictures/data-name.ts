import type { RunConfig } from "../run/config.ts";

/** Name of a run's data in titles: MNIST, or that of the file or folder. */
export function dataName({ data: { source } }: Pick<RunConfig, "data">): string {
  if (source === "mnist") return "MNIST";
  return source
    .replace(/^made in code: /, "")
    .split(/[\\/]/)
    .at(-1)!;
}
