import type { Dataset } from "../data/dataset.ts";
import { imagesOf, type ToImages } from "./images.ts";
import type { Scene } from "./kind.ts";

/** Makes rows of a run's data or decoder into images, to the scale of some data or of the run's. */
export async function imageMaker(scene: Pick<Scene, "run" | "range">, data?: Dataset): Promise<ToImages> {
  const { run } = scene;
  return imagesOf(run.vae.model, data?.schema.range ?? (await scene.range(run)));
}
