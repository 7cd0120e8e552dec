import { resolve } from "node:path";
import { DataError } from "../common/errors.ts";
import type { Dataset, SplitName } from "./dataset.ts";
import { completed, deal, dealByColumn, takeSplits } from "./deal.ts";
import type { Decoding } from "./decoding.ts";
import { filesMatching, folderSource, isGlob } from "./file-source.ts";
import { lookUp } from "./files.ts";
import type { ColumnKind } from "./formats/format.ts";
import {
  type Decoded,
  type OpenedReading,
  type Opening,
  type OpenReadingOptions,
  openingOfFiles,
  openingOfFolder,
  openReading,
} from "./open-reading.ts";
import type { OpenOptions, Splits } from "./splits.ts";

/** What a file, a folder or a pattern stands for. */
async function openingOf(path: string): Promise<Opening> {
  const found = await lookUp(path);
  if (found?.isDirectory()) return openingOfFolder(await folderSource(path));
  if (found) return openingOfFiles([path]);
  const matches = isGlob(path) ? await filesMatching(path) : [];
  if (matches.length > 0) return openingOfFiles(matches);
  throw new DataError(`there is nothing called ${path}: pass the path of a file or folder`);
}

/**
 * A data set with its splits: as its folders, its column of splits or files of their own say, otherwise dealt out so
 * that nothing leaks.
 * @throws {DataError} when it cannot be read, or has too few examples
 */
export async function openSplits(path: string, options: OpenOptions): Promise<Splits> {
  const read = readOptions(options);
  const opened = await openReading(await openingOf(path), read, options.like, "train");
  const others = {
    ...(options.validation && { validation: await openingOf(options.validation) }),
    ...(options.test && { test: await openingOf(options.test) }),
  };
  return completeSplits(opened, others, options);
}

/** All examples of a file, a folder or a pattern in their order, whatever splits they have. */
export async function openWholePath(path: string, options: OpenOptions): Promise<Dataset> {
  const read = readOptions(options);
  return (await openReading(await openingOf(path), read, options.like)).data;
}

async function completeSplits(
  { data, columns, roles, sampleRate, splits: words }: OpenedReading,
  others: { readonly [K in SplitName]?: Opening },
  options: OpenOptions,
): Promise<Splits> {
  const kinds: Record<string, ColumnKind> = {
    ...Object.fromEntries((columns ?? []).map(({ name, kind }) => [name, kind])),
    ...roles,
    ...options.columns,
  };
  const read = { ...readOptions(options), ...(sampleRate && { sampleRate }) };
  const alike = { ...read, columns: undefined, known: kinds };
  const like: Decoded = { ...data.schema, scale: data.divisor };
  const open = async (split: "validation" | "test") =>
    others[split] && (await openReading(others[split], alike, like, split)).data;
  const [validation, test] = [await open("validation"), await open("test")];
  const dealing = { seed: options.splitSeed };
  const none = new Uint32Array(0);
  const all = Uint32Array.from({ length: data.examples }, (_, i) => i);
  // A split with data of its own takes none of the others.
  const taken = { validation: validation ? all : none, test: test ? all : none };
  const indices = words
    ? dealByColumn(data, words, dealing)
    : validation || test
      ? completed(data, { train: all, ...taken }, dealing)
      : deal(data, dealing);
  const dealt = takeSplits(data, indices);
  const decoding = decodingOf(data, { ...read, columns: kinds }, options);
  return {
    train: { ...dealt.train, decoding },
    validation: { ...(validation ?? dealt.validation), decoding },
    test: { ...(test ?? dealt.test), decoding },
  };
}

function decodingOf(data: Dataset, read: OpenReadingOptions, options: OpenOptions): Decoding {
  const { scale: _, cache: __, memory: ___, onNote: ____, known: _____, columns, ...decisions } = read;
  const { validation, test, splitSeed } = options;
  const { columns: found = [], labelNames } = data.schema;
  const categories = found.flatMap(({ name, categories }) =>
    name && categories ? [[name, categories]] : [],
  );
  const all = {
    ...decisions,
    columns: columns && Object.keys(columns).length > 0 ? columns : undefined,
    categories: categories.length > 0 ? Object.fromEntries(categories) : undefined,
    labelNames,
    validation: validation && resolve(validation),
    test: test && resolve(test),
    splitSeed,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** What readers heed, and where rows are kept. */
export function readOptions(options: OpenOptions): OpenReadingOptions {
  const { splits: _, validation: __, test: ___, splitSeed: ____, like: _____, ...read } = options;
  return read;
}
