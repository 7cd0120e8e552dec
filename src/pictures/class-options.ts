import type { ClassOptions } from "../plot/classes.ts";
import type { Scene } from "./kind.ts";

const SPLITS = ["train", "validation", "test"] as const;

/** Labels of the examples that are drawn, and all classes of the run: a class looks the same in every split. */
export async function classOptions(scene: Scene): Promise<ClassOptions> {
  const { labels, schema } = await scene.data();
  const { colours } = scene.options;
  if (!labels) return { colours };
  const found = new Set<number>();
  for (const split of SPLITS) for (const label of (await scene.data(split)).labels ?? []) found.add(label);
  const classes = [...found].filter((label) => label >= 0).sort((a, b) => a - b);
  return { labels, classes, classNames: schema.labelNames, colours };
}
