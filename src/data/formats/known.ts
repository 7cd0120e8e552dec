import { DataError } from "../../common/errors.ts";
import type { Source, SourceFolder } from "../source.ts";
import { contentName } from "./content-name.ts";
import type { FolderFormat, Format } from "./format.ts";
import { gunzip, isGzip } from "./gunzip.ts";

/** Formats of single files, in the order in which they are asked: those that are surest of themselves first. */
export const FORMATS: readonly Format[] = [];

/** Formats of whole folders, in the order in which they are asked. */
export const FOLDER_FORMATS: readonly FolderFormat[] = [];

const HEAD_BYTES = 4096;

/** The first 4 KiB of a file, or all of a smaller one, decompressed if it is gzip data. */
export async function headOf(source: Source): Promise<Uint8Array> {
  const head = await source.read(0, Math.min(source.size, HEAD_BYTES));
  return isGzip(head) ? gunzipHead(source, head) : head;
}

/** A small piece of gzip data inflates to much, or the whole file is needed for its little. */
async function gunzipHead(source: Source, head: Uint8Array): Promise<Uint8Array> {
  if (source.size === head.length) return gunzip(head, HEAD_BYTES, source.name);
  const more = await source.read(0, Math.min(source.size, 1 << 20));
  return gunzip(more, HEAD_BYTES, source.name);
}

/** @returns undefined for a file of no known format */
export async function formatOf(source: Source): Promise<Format | undefined> {
  const head = await headOf(source);
  return FORMATS.find((format) => format.recognises(head, source.name));
}

/** @returns undefined for a folder of no known format */
export async function folderFormatOf(folder: SourceFolder): Promise<FolderFormat | undefined> {
  for (const format of FOLDER_FORMATS) if (await format.recognises(folder)) return format;
  return undefined;
}

/** Refuses a file for what it is. @param others titles of formats that are known besides those of {@link FORMATS} */
export async function unknownFormat(source: Source, others: readonly string[] = []): Promise<DataError> {
  const known = [...others, ...FORMATS.map(({ title }) => title)].join(", ");
  const folders =
    FOLDER_FORMATS.length > 0 ? `; folders of ${FOLDER_FORMATS.map(({ title }) => title).join(", ")}` : "";
  const what = contentName(await headOf(source));
  return new DataError(
    `${source.name} is ${what}, which is no data set of a known format: known are ${known}${folders}`,
  );
}
