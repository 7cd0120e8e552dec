/** Bytes with a size: a file on disk, a file dropped onto a page, an entry of an archive. Formats read nothing else. */
export interface Source {
  /** As named in messages: a path, or a file name. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /**
   * @returns exactly the bytes start ≤ i < end, copied or shared with the source; do not write to them
   * @throws {DataError} when they cannot be read or the range leaves the source
   */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Several sources under one name: a folder on disk, a dropped folder, the matches of a glob. */
export interface SourceFolder {
  readonly name: string;
  /** Paths relative to the folder, with "/", sorted by code point; hidden files are left out. */
  readonly paths: readonly string[];
  /** @throws {DataError} when it cannot be opened */
  open(path: string): Promise<Source>;
}

/** A source that is in memory. */
export function memorySource(name: string, bytes: Uint8Array): Source {
  return { name, size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}
