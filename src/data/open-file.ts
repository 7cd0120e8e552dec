import { basename, dirname, join } from "node:path";
import { DataError } from "../common/errors.ts";
import type { Dataset, SplitName } from "./dataset.ts";
import { fileSource } from "./file-source.ts";
import { listFolder, lookUp, readBytes } from "./files.ts";
import { headOf } from "./formats/bytes.ts";
import { type IdxArray, looksLikeIdx, parseIdx } from "./formats/idx.ts";
import { type IdxDatasetOptions, idxDataset, labelsFor } from "./formats/idx-dataset.ts";
import { labelNames, labelNamesOfOtherType, likelyLabelNames } from "./formats/mnist-files.ts";
import { openingOfFiles, openReading } from "./open-reading.ts";
import { openSplits, openWholePath, readOptions } from "./open-splits.ts";
import { dealOut, loadSplits, type OpenOptions, pickSplits, SPLIT_NAMES, type Splits } from "./splits.ts";

/** Plain IDX files beyond this are read by offset. */
const GREATEST_IN_MEMORY = 1 << 30;

/**
 * Reads a file of one of the known formats, whatever its name, and deals its examples out.
 *
 * @throws {DataError} when the format is unknown, or the file damaged.
 */
export async function openFile<S extends SplitName>(
  path: string,
  options: OpenOptions<S>,
): Promise<Splits<S>> {
  const { splits = SPLIT_NAMES as readonly S[], validation, test } = options;
  if (validation !== undefined || test !== undefined || !(await isIdx(path)))
    return pickSplits(await openSplits(path, options), options);
  const all = await openWholeIdx(path, options);
  return loadSplits(splits, async (split) => dealOut(all, split));
}

/** All examples of a file in their order. @throws {DataError} when the format is unknown, or the file damaged */
export async function openWholeFile(path: string, options: OpenOptions): Promise<Dataset> {
  return (await isIdx(path)) ? openWholeIdx(path, options) : openWholePath(path, options);
}

async function isIdx(path: string): Promise<boolean> {
  const source = await fileSource(path);
  if (source.size === 0) throw new DataError(`${path} is empty: download the file again`);
  return looksLikeIdx(await headOf(source));
}

async function openWholeIdx(path: string, options: OpenOptions): Promise<Dataset> {
  const name = basename(path).replace(/\.gz$/, "");
  if ((await fileSource(path)).size > GREATEST_IN_MEMORY) return openLargeIdx(path, options);
  return readIdxWithLabels(path, { name, split: "all", divisor: options.scale }, options.onNote);
}

/** Reads by offset what would fill the memory. */
async function openLargeIdx(path: string, options: OpenOptions): Promise<Dataset> {
  const { data } = await openReading(openingOfFiles([path]), readOptions(options));
  const labels = await readLabels(path, options.onNote);
  return labels ? { ...data, labels: labelsFor(data.examples, labels) } : data;
}

async function readIdxWithLabels(
  path: string,
  options: IdxDatasetOptions,
  onNote: OpenOptions["onNote"],
): Promise<Dataset> {
  const images = await parseIdx(await readBytes(path), path);
  return idxDataset(images, await readLabels(path, onNote), options);
}

/** Labels beside an images file; says so of files that look like them but are named otherwise. */
async function readLabels(path: string, onNote: OpenOptions["onNote"]): Promise<IdxArray | undefined> {
  const [folder, imagesName] = [dirname(path), basename(path)];
  const names = (await listFolder(folder)).filter((name) => name !== imagesName);
  const expected = labelNames(imagesName);
  const [found] = [
    ...expected.filter((name) => names.includes(name)),
    ...labelNamesOfOtherType(imagesName, names),
  ];
  if (found !== undefined && (await lookUp(join(folder, found)))?.isFile()) {
    const labels = join(folder, found);
    return parseIdx(await readBytes(labels), labels);
  }
  const [likely] = likelyLabelNames(imagesName, names);
  const wanted = expected[0] ?? `labels, and the images ${imagesName.replace(/(\.\w+)?$/, "-images$1")}`;
  if (likely !== undefined)
    onNote?.(
      `there are no labels: ${join(folder, likely)} may hold some, but they would be called ${wanted}`,
    );
  return undefined;
}
