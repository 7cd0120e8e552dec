import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { DataError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import { VERSION } from "../common/version.ts";
import type { Collected, Spill } from "./collect.ts";
import { unreadable } from "./files.ts";
import type { ReadColumn, Reading } from "./formats/format.ts";
import { RowFileWriter, rowFileStorage } from "./row-file.ts";
import { type ElementType, piecesOf } from "./storage.ts";

/** The folder that holds row files where none is named: `$XDG_CACHE_HOME/vaekit`, or `~/.cache/vaekit`. */
export function defaultCacheFolder(): string {
  const { XDG_CACHE_HOME: base } = process.env;
  return join(base?.startsWith("/") ? base : join(homedir(), ".cache"), "vaekit");
}

/** Metadata of a reading, stored beside its row file. */
interface Entry {
  readonly type: ElementType;
  readonly size: number;
  readonly examples: number;
  readonly reading: {
    readonly shape: readonly number[];
    readonly columns?: readonly ReadColumn[];
    readonly roles?: NonNullable<Reading["roles"]>;
    readonly sampleRate?: number;
    readonly divisor?: number;
    readonly notes: readonly string[];
    readonly skipped: Reading["skipped"];
  };
  readonly texts: Omit<Collected, "storage">;
}

/** A reading that was read before. */
interface CachedReading {
  readonly reading: Entry["reading"];
  readonly collected: Collected;
  /** Where its rows lie. */
  readonly path: string;
}

/** Row files made of other files, which are read again when those or the options of reading change. */
export class RowCache {
  readonly folder: string;
  private readonly key: string;

  /**
   * @param files all that the rows come from
   * @param options what decided how they were read
   * @throws {DataError} when one of the files cannot be read
   */
  constructor(folder: string, files: readonly string[], options: unknown) {
    this.folder = folder;
    this.key = keyOf(files, options);
  }

  /** Without its ending. */
  private get path(): string {
    return join(this.folder, this.key);
  }

  /** @returns nothing when it was not kept, or is damaged */
  async find(): Promise<CachedReading | undefined> {
    try {
      const { type, size, examples, reading, texts }: Entry = JSON.parse(
        await readFile(`${this.path}.json`, "utf8"),
      );
      const path = `${this.path}.rows`;
      const storage = rowFileStorage({ path, type, size, examples });
      storage.range(examples - 1, examples);
      return { reading, collected: { storage, ...withoutNulls(texts) }, path };
    } catch {
      return undefined;
    }
  }

  /** Where rows go that are too many for memory. @param beyond bytes that are kept in memory */
  spill(beyond: number): Spill {
    return {
      beyond,
      open: async (type) => {
        const temporary = `${this.path}.${process.pid}.tmp`;
        await makeFolder(this.folder);
        const writer = await RowFileWriter.create(temporary, type);
        return {
          add: (rows) => writer.add(rows),
          finish: async (examples, size) => {
            await writer.close();
            await rename(temporary, `${this.path}.rows`);
            return rowFileStorage({ path: `${this.path}.rows`, type, size, examples });
          },
          abandon: async () => {
            await writer.abandon();
            await rm(temporary, { force: true });
          },
        };
      },
    };
  }

  /** Keeps a reading that is in memory, or in the row file already. @returns where its rows lie */
  async keep(
    { storage, ...texts }: Collected,
    reading: Entry["reading"],
    isWritten: boolean,
  ): Promise<string> {
    const { type, size, examples } = storage;
    if (!isWritten) {
      const writer = await this.spill(0).open(type);
      try {
        for (const { rows } of piecesOf(storage)) await writer.add(rows);
        await writer.finish(examples, size);
      } catch (error) {
        await writer.abandon();
        throw error;
      }
    }
    const { shape, columns, roles, sampleRate, divisor, notes, skipped } = reading;
    const facts = {
      ...{ shape, notes, skipped },
      ...(columns && { columns }),
      ...(roles && { roles }),
      ...(sampleRate && { sampleRate }),
      ...(divisor && { divisor }),
    };
    const entry: Entry = { type, size, examples, reading: facts, texts };
    const temporary = `${this.path}.json.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify(entry));
    await rename(temporary, `${this.path}.json`);
    return `${this.path}.rows`;
  }
}

/** Labels that are not known become null in JSON. */
function withoutNulls(texts: Entry["texts"]): Entry["texts"] {
  const { labels } = texts;
  return labels ? { ...texts, labels: labels.map((label) => label ?? undefined) } : texts;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new DataError(
      `${folder}, which keeps rows that do not fit in memory, cannot be made: name another folder by ${asSetting("cache")}`,
      {
        cause,
      },
    );
  }
}

/** Up to this many files, the content is sampled too: beginning, middle and end. */
const SAMPLED_FILES = 16;
const SAMPLE_BYTES = 1 << 16;

function keyOf(files: readonly string[], options: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify([VERSION, options]));
  const every = Math.ceil(files.length / SAMPLED_FILES);
  files.forEach((file, index) => {
    const path = resolve(file);
    try {
      const { size, mtimeMs } = statSync(path);
      hash.update(JSON.stringify([path, size, mtimeMs]));
      if (index % every === 0) for (const sample of samplesOf(path, size)) hash.update(sample);
    } catch (cause) {
      throw unreadable(path, cause);
    }
  });
  return hash.digest("hex").slice(0, 32);
}

function samplesOf(path: string, size: number): Uint8Array[] {
  const file = openSync(path, "r");
  try {
    return [0, (size - SAMPLE_BYTES) / 2, size - SAMPLE_BYTES].map((start) => {
      const sample = new Uint8Array(SAMPLE_BYTES);
      return sample.subarray(0, readSync(file, sample, 0, SAMPLE_BYTES, Math.max(0, Math.floor(start))));
    });
  } finally {
    closeSync(file);
  }
}
