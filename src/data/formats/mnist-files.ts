/** Names of the files of one data set laid out like MNIST's. */
export interface MnistFiles {
  readonly train: ImageFiles;
  readonly test: ImageFiles;
}

export interface ImageFiles {
  readonly images?: string;
  readonly labels?: string;
}

/**
 * `train-images-idx3-ubyte` and similar names: after a prefix of its own, each data set has files called train, and
 * t10k (MNIST, Fashion-MNIST, KMNIST) or test (EMNIST, QMNIST). Some copies write a dot for the second hyphen.
 */
const PATTERN = /^(?:(.*)[-_.])?(train|t10k|test)[-_.](images|labels)(?:[-_.]idx(\d)[-_.]\w+)?(\.gz)?$/;

/**
 * Finds data sets among the names in a folder. Where a file is there both plain and compressed, the plain
 * one is taken. Labels of more than one dimension, which QMNIST has, are left aside.
 *
 * @returns keyed by the prefix of their names, which is "" for MNIST's own.
 */
export function groupMnistFiles(names: readonly string[]): Map<string, MnistFiles> {
  const groups = new Map<string, MnistFiles>();
  for (const name of names) {
    const match = PATTERN.exec(name);
    if (!match) continue;
    const [, prefix = "", part, content, rank = "1", compressed] = match;
    const kind = content === "images" ? "images" : "labels";
    if (kind === "labels" && rank !== "1") continue;
    const group = groups.get(prefix) ?? { train: {}, test: {} };
    const split = part === "train" ? "train" : "test";
    const better = !compressed || group[split][kind] === undefined;
    const files = better ? { ...group[split], [kind]: name } : group[split];
    groups.set(prefix, { ...group, [split]: files });
  }
  return groups;
}

/**
 * The names that the labels of an images file can have, likeliest first: of the same compression, then of
 * the other. None when the name does not say images.
 */
export function labelNames(imagesName: string): string[] {
  const at = imagesName.lastIndexOf("images");
  if (at < 0) return [];
  const tail = imagesName.slice(at + "images".length).replace(/idx\d/, "idx1");
  const same = `${imagesName.slice(0, at)}labels${tail}`;
  return [same, same.endsWith(".gz") ? same.slice(0, -".gz".length) : `${same}.gz`];
}

const VALUE_TYPE = /[-_.](?:u?byte|u?char|u?short|u?int|u?long|float|double|half)(?:8|16|32|64)?$/;

/**
 * Of the names in a folder, those that an images file's labels can have when they are of another type than the images:
 * `x-labels-idx1-int` beside `x-images-idx2-float`.
 */
export function labelNamesOfOtherType(imagesName: string, names: readonly string[]): string[] {
  const stem = (name: string) => name.replace(/\.gz$/, "").replace(VALUE_TYPE, "");
  const [expected] = labelNames(imagesName);
  return expected === undefined ? [] : names.filter((name) => stem(name) === stem(expected));
}

/** Of the names in a folder, those that look like the labels of an images file, but are not named as such. */
export function likelyLabelNames(imagesName: string, names: readonly string[]): string[] {
  const prefix = /^(.*?)[-_.]?images/.exec(imagesName)?.[1] ?? imagesName.replace(/\.[^.]*$/, "");
  return names.filter((name) => /label|class|target/i.test(name) && name.startsWith(prefix));
}
