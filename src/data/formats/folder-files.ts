import { DataError } from "../../common/errors.ts";
import type { Source, SourceFolder } from "../source.ts";

/** So many files are read and decoded ahead of the one that is wanted. */
const AHEAD = 16;

/** The file in a folder, as named in messages. */
export function nameIn(folder: SourceFolder, path: string): string {
  return `${folder.name}/${path}`;
}

/**
 * Files become values, several at a time, in order. A file that cannot be used is noted in `skipped` and left out, unless
 * `strict`.
 *
 * @throws {DataError} naming the file, when `strict`
 */
export async function* usableFiles<T>(
  folder: SourceFolder,
  paths: readonly string[],
  strict: boolean,
  skipped: { name: string; reason: string }[],
  use: (bytes: Uint8Array, path: string) => Promise<T>,
): AsyncGenerator<{ path: string; value: T }> {
  const attempt = async (path: string): Promise<{ value: T } | { error: unknown }> => {
    try {
      const source = await folder.open(path);
      return { value: await use(await wholeFile(source), path) };
    } catch (error) {
      return { error };
    }
  };
  const started: Promise<{ value: T } | { error: unknown }>[] = [];
  for (const [index, path] of paths.entries()) {
    while (started.length < Math.min(AHEAD + index, paths.length))
      started.push(attempt(paths[started.length]!));
    const result = await started[index]!;
    delete started[index];
    if ("value" in result) yield { path, value: result.value };
    else if (result.error instanceof UnfitFile) throw result.error.reason;
    else {
      const reason =
        result.error instanceof Error ? result.error.message.split("\n")[0]! : String(result.error);
      if (strict)
        throw new DataError(`${nameIn(folder, path)} cannot be read: ${reason}`, { cause: result.error });
      if (!skipped.some(({ name }) => name === path)) skipped.push({ name: path, reason });
    }
  }
}

/** A valid file that does not fit the others: this ends the reading, strict or not. */
export class UnfitFile extends Error {
  readonly reason: DataError;

  constructor(reason: DataError) {
    super(reason.message);
    this.reason = reason;
  }
}

const LARGEST_FILE = 2 ** 28;

async function wholeFile(source: Source): Promise<Uint8Array> {
  if (source.size === 0) throw new Error("it is empty");
  if (source.size > LARGEST_FILE) throw new Error(`it has ${source.size} bytes, more than 256 MiB`);
  return source.read(0, source.size);
}

/** The folder right above the file, below those that name splits; undefined: there is one such folder at most. */
export function folderLabels(paths: readonly string[]): ((path: string) => string) | undefined {
  const outermost = folderSplits(paths) ? 1 : 0;
  const label = (path: string) => path.split("/").slice(outermost, -1).at(-1) ?? "";
  return new Set(paths.map(label)).size > 1 ? label : undefined;
}

/** The outermost folder, where it is one of those that name splits. */
const SPLIT_FOLDERS = /^(train|training|valid|validation|val|test|testing)$/i;

export function folderSplits(paths: readonly string[]): ((path: string) => string) | undefined {
  const outermost = new Set(paths.map((path) => (path.includes("/") ? path.split("/")[0]! : "")));
  if (outermost.size < 2 || !Array.from(outermost).every((name) => SPLIT_FOLDERS.test(name)))
    return undefined;
  return (path) => path.split("/")[0]!;
}
