import { DataError } from "../../common/errors.ts";
import { type Dataset, dataset, type SplitName } from "../dataset.ts";
import type { IdxArray } from "./idx.ts";

export interface IdxDatasetOptions {
  readonly name: string;
  readonly split: SplitName | "all";
  readonly divisor?: number | undefined;
}

/**
 * The dataset that an IDX array of images, or of plain rows, and one of labels make.
 *
 * @param images [n, height, width], [n, height, width, 1 | 3 | 4 channels] or [n, values].
 * @param labels [n], whole numbers.
 * @throws {DataError} when the shapes mean no examples, or the labels do not belong to them.
 */
export function idxDataset(
  images: IdxArray,
  labels: IdxArray | undefined,
  { name, split, divisor }: IdxDatasetOptions,
): Dataset {
  const shape = exampleShape(images);
  return dataset(images.data, {
    shape,
    name,
    split,
    divisor,
    labels: labels && labelsFor(images.shape[0]!, labels),
  });
}

function exampleShape({ file, shape }: IdxArray): readonly number[] {
  const [examples, ...example] = shape;
  const channels = example[2];
  if (example.length === 0) {
    throw new DataError(
      `${file} holds ${examples} single values, as label files do; examples need an images file`,
    );
  }
  if (example.length > 3 || (channels !== undefined && ![1, 3, 4].includes(channels))) {
    throw new DataError(
      `${file} has shape ${shape.join("×")}; images are examples×height×width, or that with 1, 3 or 4 channels last`,
    );
  }
  return example.length === 2 ? [...example, 1] : example;
}

/**
 * @param count of the images that the labels belong to
 * @returns class indices, -1 where the class is not known
 */
export function labelsFor(count: number, { file, shape, type, data }: IdxArray): Uint8Array | Int32Array {
  if (shape.length !== 1) {
    throw new DataError(
      `${file} has shape ${shape.join("×")}, as image files do; labels are one number for each image`,
    );
  }
  const isWhole = (value: number) => Number.isInteger(value) && Math.abs(value) <= 0x7fffffff;
  if (type.startsWith("float") && !data.every(isWhole)) {
    throw new DataError(`${file} holds ${type} values that are not whole numbers; labels are`);
  }
  if (shape[0] !== count) {
    throw new DataError(`${file} has ${shape[0]} labels for ${count} images; it needs one for each`);
  }
  return data instanceof Uint8Array ? data : Int32Array.from(data);
}
