import { closeSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { DataError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import { unreadable } from "./files.ts";
import type { Rows } from "./schema.ts";
import { bytesPerElement, type ElementType, emptyRows, reorderedStorage, type Storage } from "./storage.ts";

/** Where rows lie in a file: values one after another, little-endian. */
interface RowFile {
  readonly path: string;
  readonly type: ElementType;
  /** Values of one example. */
  readonly size: number;
  readonly examples: number;
  /** Bytes before the first value. */
  readonly offset?: number;
}

/**
 * Examples that are read from a file by offset when they are asked for, so that data may be larger than memory. The
 * operating system caches recent reads.
 *
 * @throws {DataError} when the file cannot be opened
 */
export function rowFileStorage({ path, type, size, examples, offset = 0 }: RowFile): Storage {
  const file = openFile(path);
  const rowBytes = size * bytesPerElement(type);
  const read = (start: number, into: Rows, at: number, count: number) => {
    const bytes = new Uint8Array(into.buffer, into.byteOffset + at * rowBytes, count * rowBytes);
    readFully(file, bytes, offset + start * rowBytes);
  };
  return viewOf(0, examples);

  function viewOf(first: number, count: number): Storage {
    const view: Storage = {
      type,
      size,
      examples: count,
      range(start, end) {
        const rows = emptyRows(type, (end - start) * size);
        read(first + start, rows, 0, end - start);
        return rows;
      },
      gather(indices, into) {
        for (let i = 0; i < indices.length; ) {
          // Neighbours are read together.
          let run = 1;
          while (i + run < indices.length && indices[i + run] === indices[i]! + run) run++;
          read(first + indices[i]!, into, i, run);
          i += run;
        }
      },
      slice: (start, end) => viewOf(first + start, end - start),
      take: (indices) => reorderedStorage(view, Uint32Array.from(indices)),
    };
    return view;
  }
}

/** A file that is closed once nothing refers to it any more. */
interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
}

const closing = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

function openFile(path: string): OpenFile {
  try {
    const file = { path, descriptor: openSync(path, "r") };
    closing.register(file, file.descriptor);
    return file;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function readFully({ path, descriptor }: OpenFile, bytes: Uint8Array, position: number): void {
  for (let filled = 0; filled < bytes.length; ) {
    const count = readOnce(path, descriptor, bytes, filled, position + filled);
    if (count === 0)
      throw new DataError(
        `${path} ends before byte ${position + bytes.length}: it became shorter while it was used`,
      );
    filled += count;
  }
}

function readOnce(
  path: string,
  descriptor: number,
  bytes: Uint8Array,
  filled: number,
  position: number,
): number {
  try {
    return readSync(descriptor, bytes, filled, Math.min(bytes.length - filled, 1 << 30), position);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Writes rows of one type to a file, some at a time. */
export class RowFileWriter {
  private readonly file: FileHandle;
  readonly path: string;
  readonly type: ElementType;

  private constructor(path: string, type: ElementType, file: FileHandle) {
    this.path = path;
    this.type = type;
    this.file = file;
  }

  /** @throws {DataError} when the file cannot be made */
  static async create(path: string, type: ElementType): Promise<RowFileWriter> {
    try {
      return new RowFileWriter(path, type, await open(path, "w"));
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  /** @param rows converted to the file's type, which must hold them @throws {DataError} when the disk is full */
  async add(rows: Rows): Promise<void> {
    const values = rows[Symbol.toStringTag] === this.type ? rows : emptyRows(this.type, rows.length);
    if (values !== rows) values.set(rows);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    try {
      for (let at = 0; at < bytes.length; )
        at += (await this.file.write(bytes, at, Math.min(bytes.length - at, 1 << 26))).bytesWritten;
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }

  /** Makes sure that all is on the disk. */
  async close(): Promise<void> {
    await this.file.sync();
    await this.file.close();
  }

  async abandon(): Promise<void> {
    await this.file.close().catch(() => undefined);
  }
}

function unwritable(path: string, cause: unknown): DataError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const reason = code === "ENOSPC" ? "the disk is full" : `the system says ${code}`;
  return new DataError(`${path} cannot be written, ${reason}: name another folder by ${asSetting("cache")}`, {
    cause,
  });
}
