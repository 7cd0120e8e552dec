import { basename, join } from "node:path";
import { DataError } from "../common/errors.ts";
import { formatCount } from "../common/format.ts";
import { alike, joinReadings, type Likeness } from "./alike.ts";
import { defaultCacheFolder, RowCache } from "./cache.ts";
import { type Collected, collect } from "./collect.ts";
import type { Dataset, SplitName } from "./dataset.ts";
import { fileSource } from "./file-source.ts";
import type { ReadColumn, Reading, ReadOptions } from "./formats/format.ts";
import { formatOf } from "./formats/known-formats.ts";
import { FILE_FORMATS, FOLDER_FORMATS } from "./node-formats.ts";
import { datasetOfReading } from "./reading-dataset.ts";
import type { SourceFolder } from "./source.ts";

/** How files are read, and where what was read is kept. */
export interface OpenReadingOptions extends ReadOptions {
  /** value = stored value / scale */
  readonly scale?: number | undefined;
  /** Folder for rows that do not fit in memory; default: the user's cache. */
  readonly cache?: string | undefined;
  /** Bytes of rows that are kept in memory; default 256 MiB. */
  readonly memory?: number | undefined;
  /** Called with what was decided from the content. */
  readonly onNote?: ((note: string) => void) | undefined;
}

const MEMORY_BYTES = 256 << 20;
/** What takes longer to read is kept for the next time. */
const SLOW_MS = 2000;

/** A dataset, with the words of its column of splits, if there is one. */
export interface OpenedReading {
  readonly data: Dataset;
  readonly columns?: readonly ReadColumn[];
  readonly roles?: Reading["roles"] & object;
  readonly sampleRate?: number;
  readonly splits?: readonly string[];
}

/** Data that others are read like. */
export interface Decoded extends Likeness {
  readonly labelNames?: readonly string[] | undefined;
  readonly scale?: number | undefined;
}

/** Files that make one data set. */
export interface Opening {
  /** The data set's, in messages. */
  readonly name: string;
  /** Paths of all that is read. */
  readonly files: readonly string[];
  read(options: ReadOptions): Promise<Reading>;
}

/** @throws {DataError} when there are none, or one is of no known format */
export function openingOfFiles(paths: readonly string[]): Opening {
  const [first = ""] = paths;
  return {
    name: basename(first).replace(/\.gz$/, ""),
    files: paths,
    async read(options) {
      const parts: { name: string; reading: Reading }[] = [];
      let kind: string | undefined;
      for (const path of paths) {
        const source = await fileSource(path);
        if (source.size === 0) throw new DataError(`${path} is empty: download the file again`);
        const format = await formatOf(source, FILE_FORMATS);
        if (kind !== undefined && kind !== format.name)
          throw new DataError(
            `${path} is ${format.title}, ${first} is not: files of one data set are of one kind`,
          );
        kind = format.name;
        parts.push({ name: path, reading: await format.open(source, options) });
      }
      return joinReadings(parts);
    },
  };
}

/** @throws {DataError} when the folder is of no known format */
export function openingOfFolder(folder: SourceFolder): Opening {
  return {
    name: basename(folder.name),
    files: folder.paths.map((path) => join(folder.name, path)),
    async read(options) {
      const recognised = FOLDER_FORMATS.map((format) => format.recognises(folder));
      const at = (await Promise.all(recognised)).indexOf(true);
      const format = FOLDER_FORMATS[at];
      if (!format) throw unknownFolder(folder);
      return format.open(folder, options);
    },
  };
}

function unknownFolder({ name, paths }: SourceFolder): DataError {
  const known = FOLDER_FORMATS.map(({ title }) => title).join(", ");
  const held = paths.length === 0 ? "no files" : `nothing of a known kind`;
  return new DataError(
    `${name} has ${held}; a folder needs train-images… and t10k-images… or test-images…, plain or .gz${known && `, or ${known}`}`,
  );
}

/**
 * Reads a data set, into memory or into a row file that is used again as long as the files do not change.
 * @param like data that these go with
 * @throws {DataError} when the files are damaged, do not fit together, or are not like the others
 */
export async function openReading(
  opening: Opening,
  options: OpenReadingOptions,
  like?: Decoded,
  split: SplitName | "all" = "all",
): Promise<OpenedReading> {
  const { scale, cache, memory = MEMORY_BYTES, onNote, ...decisions } = options;
  const rowCache = new RowCache(cache ?? defaultCacheFolder(), opening.files, [decisions, like]);
  const found = await rowCache.find();
  const { reading, collected } =
    found ?? (await readAnew(opening, decisions, rowCache, { memory, onNote, like }));
  for (const note of reading.notes) onNote?.(note);
  reportSkipped(reading.skipped, onNote);
  if (found) onNote?.(`rows were read from ${found.path}`);
  const data = datasetOfReading(collected, reading, {
    ...{ name: opening.name, split, scale: scale ?? like?.scale },
    labelNames: like?.labelNames,
  });
  return {
    data,
    ...(reading.columns && { columns: reading.columns }),
    ...(reading.roles && { roles: reading.roles }),
    ...(reading.sampleRate && { sampleRate: reading.sampleRate }),
    ...(collected.splits && { splits: collected.splits }),
  };
}

async function readAnew(
  opening: Opening,
  decisions: ReadOptions,
  cache: RowCache,
  {
    memory,
    onNote,
    like,
  }: { memory: number; onNote: OpenReadingOptions["onNote"]; like: Likeness | undefined },
): Promise<{ reading: Reading; collected: Collected }> {
  const began = performance.now();
  const opened = await opening.read(decisions);
  const reading = like ? alike(opening.name, opened, like) : opened;
  const spill = cache.spill(memory);
  let isWritten = false;
  const collected = await collect(opening.name, reading, {
    beyond: spill.beyond,
    open(type) {
      isWritten = true;
      return spill.open(type);
    },
  });
  const isWorthIt = !collected.isSparse && performance.now() - began > SLOW_MS;
  if (isWritten || isWorthIt) onNote?.(`rows are kept in ${await cache.keep(collected, reading, isWritten)}`);
  return { reading, collected };
}

function reportSkipped(skipped: Reading["skipped"], onNote: OpenReadingOptions["onNote"]): void {
  const [first] = skipped;
  if (!first) return;
  const others = skipped.length > 1 ? ` and ${formatCount(skipped.length - 1)} more` : "";
  onNote?.(`skipped ${first.name}${others}: ${first.reason}`);
}
