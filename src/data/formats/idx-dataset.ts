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
    labels: labels && labelsFor(images, labels),
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

function labelsFor(images: IdxArray, labels: IdxArray): Uint8Array | Int32Array {
  if (labels.shape.length !== 1) {
    throw new DataError(
      `${labels.file} has shape ${labels.shape.join("×")}, as image files do; labels are one number for each image`,
    );
  }
  if (labels.type === "float32" || labels.type === "float64") {
    throw new DataError(`${labels.file} holds ${labels.type} values; labels are whole numbers`);
  }
  if (labels.shape[0] !== images.shape[0]) {
    throw new DataError(
      `${labels.file} has ${labels.shape[0]} labels for ${images.shape[0]} images; it needs one for each`,
    );
  }
  return labels.data instanceof Uint8Array ? labels.data : Int32Array.from(labels.data);
}
