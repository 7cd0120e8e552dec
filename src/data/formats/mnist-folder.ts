import { join } from "node:path";
import { DataError } from "../../common/errors.ts";
import type { Dataset, SplitName } from "../dataset.ts";
import { listFolder, readBytes } from "../files.ts";
import { holdOut, loadSplits, type Splits } from "../splits.ts";
import { parseIdx } from "./idx.ts";
import { idxDataset } from "./idx-dataset.ts";
import { groupMnistFiles, type ImageFiles, type MnistFiles } from "./mnist-files.ts";

interface MnistFolderOptions<S extends SplitName> {
  readonly name: string;
  readonly splits: readonly S[];
  readonly divisor?: number | undefined;
}

/** Data sets laid out like MNIST in a folder, keyed by the prefix of their file names, if they have images. */
export async function findMnist(folder: string): Promise<Map<string, MnistFiles>> {
  const groups = groupMnistFiles(await listFolder(folder));
  return new Map([...groups].filter(([, { train, test }]) => train.images || test.images));
}

/**
 * Reads no more files than the splits asked for need. Validation is the first twelfth of the training file.
 *
 * @throws {DataError} when the training or the test images are missing, or a file cannot be used.
 */
export async function loadMnistFolder<S extends SplitName>(
  folder: string,
  files: MnistFiles,
  { name, splits, divisor }: MnistFolderOptions<S>,
): Promise<Splits<S>> {
  if (!files.train.images) throw missing(folder, "training", "train-images…");
  if (!files.test.images) throw missing(folder, "test", "t10k-images… or test-images…");

  let training: Promise<Splits<"train" | "validation">> | undefined;
  const loaded = await loadSplits(splits, async (split): Promise<Dataset> => {
    if (split === "test") return loadPair(folder, files.test, { name, split, divisor });
    training ??= loadPair(folder, files.train, { name, split: "train", divisor }).then(holdOut);
    return (await training)[split === "train" ? "train" : "validation"];
  });
  requireAlike(folder, Object.values(loaded));
  return loaded;
}

/** Files of one data set may differ in their numbers of examples only. */
function requireAlike(folder: string, splits: readonly Dataset[]): void {
  const describe = ({ shape, storage, divisor }: Dataset) =>
    `${shape.join("×")} values of type ${storage.type.replace("Array", "")}, divided by ${divisor}`;
  const [first, ...others] = splits;
  for (const other of others)
    if (describe(other) !== describe(first!))
      throw new DataError(
        `${folder} has ${first!.split} images of ${describe(first!)}, and ${other.split} images of ${describe(other)}: they must be alike`,
      );
}

async function loadPair(
  folder: string,
  files: ImageFiles,
  options: Parameters<typeof idxDataset>[2],
): Promise<Dataset> {
  const read = async (name: string) => {
    const path = join(folder, name);
    return parseIdx(await readBytes(path), path);
  };
  const images = await read(files.images!);
  return idxDataset(images, files.labels === undefined ? undefined : await read(files.labels), options);
}

function missing(folder: string, part: string, wanted: string): DataError {
  return new DataError(`${folder} has no ${part} images; they are a file named ${wanted}, plain or .gz`);
}
