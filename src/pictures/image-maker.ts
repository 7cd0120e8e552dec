import { DataError } from "../common/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import { columnRanges } from "./column-ranges.ts";
import { imagesOf, isProfile, type ToImages } from "./images.ts";
import type { Scene } from "./kind.ts";

type Seen = Pick<Scene, "run" | "range" | "data">;

/** Makes rows of a run's data or decoder into images, to the scale of some data or of the run's. */
export async function imageMaker(scene: Seen): Promise<ToImages> {
  const { model } = scene.run.vae;
  const { inputShape, likelihood } = model;
  const shown = isOfCounts(likelihood) ? Math.log1p : (value: number) => value;
  const data = inputShape.length === 1 && isProfile(inputShape) ? await dataOf(scene) : undefined;
  return imagesOf(
    {
      inputShape,
      likelihood,
      spectrogram: isSpectrogram(scene),
      ranges: data && columnRanges(data, shown),
    },
    await scene.range(scene.run),
  );
}

/** Whether rows are spectrograms: frames × bands of a sound. */
export function isSpectrogram({ run }: Pick<Scene, "run">): boolean {
  return run.config.data.decoding?.spectrogram === true && run.vae.model.inputShape.length >= 2;
}

/** The run's data, where they can be read. */
export async function dataOf(scene: Pick<Scene, "data">): Promise<Dataset | undefined> {
  try {
    return await scene.data();
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
