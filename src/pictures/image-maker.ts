import type { Dataset } from "../data/dataset.ts";
import { rangeOfRunData } from "../tasks/open.ts";
import { imagesOf, type ToImages } from "./images.ts";
import type { Scene } from "./kind.ts";

/** Makes rows of a run's data or decoder into images, to the scale of some data or of the run's. */
export async function imageMaker(
  { run, options: { data: source } }: Scene,
  data?: Dataset,
): Promise<ToImages> {
  return imagesOf(run.vae.model, data?.schema.range ?? (await rangeOfRunData(run, source)));
}
