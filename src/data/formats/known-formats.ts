import { DataError } from "../../common/errors.ts";
import type { Source, SourceFolder } from "../source.ts";
import { audioFolder } from "./audio-folder.ts";
import { headOf } from "./bytes.ts";
import { contentName } from "./content-name.ts";
import { csvFormat } from "./csv.ts";
import type { FolderFormat, Format } from "./format.ts";
import { h5adFormat } from "./h5ad.ts";
import type { Hdf5Opener } from "./hdf5.ts";
import { idxFormat } from "./idx-format.ts";
import { imageFolder } from "./image-folder.ts";
import { jsonLinesFormat } from "./json-lines.ts";
import { matrixMarketFormat } from "./matrix-market.ts";
import { npyFormat } from "./npy.ts";
import { npzFormat } from "./npz.ts";
import { parquetFormat } from "./parquet.ts";
import type { PictureDecoder } from "./picture-decoder.ts";
import { tenXFolder } from "./ten-x-folder.ts";

/** Functions that the environment provides to the formats. */
export interface Decoders {
  readonly pictures: PictureDecoder;
  readonly hdf5: Hdf5Opener;
}

/** Formats of single files, in the order in which they are asked: those with a signature first. */
export function fileFormats({ hdf5 }: Decoders): readonly Format[] {
  return [
    npyFormat,
    npzFormat,
    h5adFormat(hdf5),
    parquetFormat,
    idxFormat,
    matrixMarketFormat,
    jsonLinesFormat,
    csvFormat,
  ];
}

export function folderFormats({ pictures }: Decoders): readonly FolderFormat[] {
  return [tenXFolder, imageFolder(pictures), audioFolder];
}

/** @throws {DataError} when no format recognises the file */
export async function formatOf(source: Source, formats: readonly Format[]): Promise<Format> {
  if (source.size === 0) throw new DataError(`${source.name} is empty; data have at least one example`);
  const head = await headOf(source);
  const format = formats.find((each) => each.recognises(head, source.name));
  if (format) return format;
  throw new DataError(
    `${source.name} is ${contentName(head)}, which is no data set of a known format: known are ${titles(formats)}`,
  );
}

/** @throws {DataError} when no format recognises the folder */
export async function folderFormatOf(
  folder: SourceFolder,
  formats: readonly FolderFormat[],
): Promise<FolderFormat> {
  for (const format of formats) if (await format.recognises(folder)) return format;
  throw new DataError(
    `${folder.name} has ${folder.paths.length} files of no known format; known are ${titles(formats)}`,
  );
}

function titles(formats: readonly { readonly title: string }[]): string {
  return formats.map(({ title }) => title).join(", ");
}
