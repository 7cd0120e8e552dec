import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { blocksOf, inflate } from "./bytes.ts";

/** A file inside a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes that it takes in the archive. */
  readonly packed: number;
  /** Bytes that it has. */
  readonly size: number;
  readonly deflated: boolean;
  /** The content from front to back. @throws {DataError} when it is damaged */
  stream(): AsyncIterable<Uint8Array>;
}

const END_SIGNATURE = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const IN_64_BITS = 0xffffffff;
const LONGEST_COMMENT = 65_535;

export function looksLikeZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
}

/**
 * The directory of a ZIP archive (PKWARE APPNOTE 6.3, with 64-bit sizes), of stored and deflated entries.
 * Nothing is inflated before it is asked for.
 *
 * @throws {DataError} when the archive is truncated, encrypted or compressed otherwise
 */
export async function readZip(source: Source): Promise<ZipEntry[]> {
  const damaged = (why: string) => new DataError(`${source.name} ${why}: download the file again`);
  const directory = await findDirectory(source, damaged);
  if (directory.start + directory.bytes > source.size)
    throw damaged("has its table of contents past its end");
  const bytes = await source.read(directory.start, directory.start + directory.bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + CENTRAL_BYTES <= bytes.length; ) {
    if (view.getUint32(at, true) !== CENTRAL_SIGNATURE) throw damaged("has a damaged table of contents");
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    if (extraEnd > bytes.length) throw damaged("has a damaged table of contents");
    const name = new TextDecoder().decode(bytes.subarray(at + CENTRAL_BYTES, nameEnd));
    const fields = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
    const [size, packed, start] = wideFields(view, nameEnd, extraEnd, fields) as [number, number, number];
    if (flags & 1) throw new DataError(`${source.name}: ${name} is encrypted: store it without a password`);
    if (method !== 0 && method !== 8)
      throw new DataError(`${source.name}: ${name} is compressed by method ${method}; deflate can be read`);
    if (start + LOCAL_BYTES + packed > source.size) throw damaged(`ends before its entry ${name} does`);
    const deflated = method === 8;
    const stream = () => contentOf(source, { name, packed, size, deflated, start });
    entries.push({ name, packed, size, deflated, stream });
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return entries;
}

async function findDirectory(
  source: Source,
  damaged: (why: string) => DataError,
): Promise<{ start: number; bytes: number }> {
  const from = Math.max(0, source.size - END_BYTES - LONGEST_COMMENT - 20);
  const tail = await source.read(from, source.size);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    const [bytes, start] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    if (start !== IN_64_BITS && bytes !== IN_64_BITS) return { start, bytes };
    if (at < 20 || view.getUint32(at - 20, true) !== END_64_LOCATOR)
      throw damaged("has no 64-bit table of contents");
    const end64 = Number(view.getBigUint64(at - 12, true));
    if (end64 + 56 > source.size) throw damaged("has its table of contents past its end");
    const record = await source.read(end64, end64 + 56);
    const wide = new DataView(record.buffer, record.byteOffset, record.length);
    return { bytes: Number(wide.getBigUint64(40, true)), start: Number(wide.getBigUint64(48, true)) };
  }
  throw damaged("ends before its table of contents, as truncated ZIP archives do");
}

/** Sizes that do not fit in 32 bits stand, in this order, in the extra field of type 1. */
function wideFields(view: DataView, start: number, end: number, fields: number[]): number[] {
  let at = start;
  while (at + 4 <= end && view.getUint16(at, true) !== 1) at += 4 + view.getUint16(at + 2, true);
  at += 4;
  return fields.map((field) => {
    if (field !== IN_64_BITS || at + 8 > end) return field;
    const wide = Number(view.getBigUint64(at, true));
    at += 8;
    return wide;
  });
}

async function* contentOf(
  source: Source,
  entry: { name: string; packed: number; size: number; deflated: boolean; start: number },
): AsyncGenerator<Uint8Array> {
  const local = await source.read(entry.start, entry.start + LOCAL_BYTES);
  const view = new DataView(local.buffer, local.byteOffset, local.length);
  const name = `${source.name}: ${entry.name}`;
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE)
    throw new DataError(`${name} is damaged: download the file again`);
  const start = entry.start + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.packed > source.size) throw new DataError(`${name} is cut off: download the file again`);
  const blocks = blocksOf(source, start, start + entry.packed);
  yield* entry.deflated ? inflate(blocks, "deflate-raw", name) : blocks;
}
