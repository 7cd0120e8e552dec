import { basename, dirname, join, resolve } from "node:path";
import { DataError } from "../common/errors.ts";
import { suggest } from "../common/suggest.ts";
import { concatenate } from "./concatenate.ts";
import type { Dataset, SplitName } from "./dataset.ts";
import { isGlob, kindOf } from "./file-source.ts";
import { listFolder, lookUp } from "./files.ts";
import { mnist } from "./formats/mnist.ts";
import { findMnist, loadMnistFolder } from "./formats/mnist-folder.ts";
import { openFile, openWholeFile } from "./open-file.ts";
import { openSplits, openWholePath } from "./open-splits.ts";
import { type OpenOptions, pickSplits, SPLIT_NAMES, type Splits } from "./splits.ts";

/** Built-in data sets, by name. */
const BUILT_IN: ReadonlyMap<string, typeof mnist> = new Map([["mnist", mnist]]);

export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/**
 * Opens a data set by its built-in name, or by the path of
 * - a folder of four files named and written like MNIST's (Fashion-MNIST, KMNIST, EMNIST …), plain or gzip:
 *   the first twelfth of the training file validates, and labels may be missing;
 * - such a folder and the prefix of the names (`emnist/emnist-letters`), where it holds several data sets;
 * - one file of a known format, recognised by its content, a folder of images or sounds, or a pattern (`parts/*.csv`) of
 *   files that are read as one: a tenth tests and a tenth validates, dealt at random but the same way every time, unless
 *   a column, folders called train and test, or files of their own say otherwise. Equal rows and rows of one group are
 *   never divided. Labels of an IDX file are found beside it, and its examples are dealt without regard to them.
 *
 * Bytes are divided by 255 if any is beyond 1, all other values by 1, and both by `scale` if it is given.
 * A built-in name wins over a path: write `./mnist` for a folder of that name.
 *
 * @throws {DataError} when there is nothing of that name, or it cannot be used.
 */
export async function openData<S extends SplitName = SplitName>(
  nameOrPath: string,
  options: OpenOptions<S> = {},
): Promise<Splits<S>> {
  const builtIn = BUILT_IN.get(nameOrPath);
  if (builtIn) return builtIn(options);
  const found = nameOrPath === "" ? undefined : await lookUp(nameOrPath);
  if (found?.isDirectory()) return openFolder(nameOrPath, options);
  if (found?.isFile()) return openFile(nameOrPath, options);
  if (found)
    throw new DataError(`${nameOrPath} is ${kindOf(found)}, neither a file nor a folder: pass one of these`);
  if (isGlob(nameOrPath)) return pickSplits(await openSplits(nameOrPath, options), options);
  return openPrefix(nameOrPath, options);
}

/**
 * All examples of a data set in the order in which its file or folder has them, whatever splits it has; of a built-in one
 * and of four files like MNIST's: validation, train and test, one after the other.
 *
 * @throws {DataError} when there is nothing of that name, or it cannot be used.
 */
export async function openWhole(
  nameOrPath: string,
  options: Omit<OpenOptions, "splits"> = {},
): Promise<Dataset> {
  const found = isBuiltIn(nameOrPath) || nameOrPath === "" ? undefined : await lookUp(nameOrPath);
  if (found?.isFile()) return openWholeFile(nameOrPath, options);
  const isOne = found?.isDirectory()
    ? (await findMnist(nameOrPath)).size === 0
    : !found && isGlob(nameOrPath);
  if (isOne) return openWholePath(nameOrPath, options);
  const { validation, train, test } = await openData(nameOrPath, options);
  return concatenate([validation, train, test]);
}

async function openFolder<S extends SplitName>(folder: string, options: OpenOptions<S>): Promise<Splits<S>> {
  const groups = await findMnist(folder);
  const [first, ...others] = groups.keys();
  if (first === undefined) return pickSplits(await openSplits(folder, options), options);
  const prefix = groups.has("") ? "" : first;
  if (prefix !== "" && others.length > 0) {
    const choices = [...groups.keys()].map((name) => join(folder, name));
    throw new DataError(`${folder} holds several data sets: pass one of ${choices.join(", ")}`);
  }
  const { splits = SPLIT_NAMES as readonly S[], scale } = options;
  const name = basename(resolve(folder));
  return loadMnistFolder(folder, groups.get(prefix)!, { name, splits, divisor: scale });
}

/** Opens the files in a folder whose names begin with the last part of `path`. */
async function openPrefix<S extends SplitName>(path: string, options: OpenOptions<S>): Promise<Splits<S>> {
  const [folder, name] = [dirname(path), basename(path)];
  const exists = (await lookUp(folder))?.isDirectory() === true;
  const files = exists && name !== "" ? (await findMnist(folder)).get(name) : undefined;
  if (!files) throw nothingCalled(path, exists ? await listFolder(folder) : []);
  const { splits = SPLIT_NAMES as readonly S[], scale } = options;
  return loadMnistFolder(folder, files, { name, splits, divisor: scale });
}

function nothingCalled(path: string, siblings: readonly string[]): DataError {
  const names = [...BUILT_IN.keys()];
  const isPath = basename(path) !== path;
  const meant = suggest(basename(path), isPath ? siblings : [...names, ...siblings]);
  const hint = meant === undefined ? "" : ` (did you mean ${isPath ? join(dirname(path), meant) : meant}?)`;
  return new DataError(
    `there is no data set '${path}'${hint}: pass a built-in name (${names.join(", ")}) or the path of a file or folder`,
  );
}
