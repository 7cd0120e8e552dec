import { DataError } from "../../common/errors.ts";
import { asSetting } from "../../common/named-setting.ts";
import type { SourceFolder } from "../source.ts";
import { product } from "./array-reading.ts";
import { folderLabels, folderSplits, nameIn, UnfitFile, usableFiles } from "./folder-files.ts";
import type { Chunk, FolderFormat, Reading, ReadOptions } from "./format.ts";
import { type Picture, type PictureDecoder, type PictureWish, pictureType } from "./picture-decoder.ts";

const ENDINGS = /\.(png|jpe?g|webp|tiff?|gif|bmp)$/i;

/** Number of pictures, evenly spaced, from which size and colour are decided. */
const SAMPLE = 32;

/** Bytes of pictures that are handed out at once. */
const CHUNK = 1 << 22;

/**
 * A folder of pictures: PNG, JPEG, WebP, TIFF, GIF (first frame) and BMP, as bytes with divisor 255, grey or colour.
 * Subfolders are labels; outermost ones called train, validation and test are splits. It takes `size`, `grey`, `crop`
 * and `strict`. Limits: 8 bits a channel, 2²⁶ pixels and 256 MiB a picture; transparency becomes white.
 */
export function imageFolder(decoder: PictureDecoder): FolderFormat {
  return {
    name: "images",
    title: "a folder of images (PNG, JPEG, WebP, TIFF, GIF, BMP)",
    recognises: async (folder) => {
      const path = picturesOf(folder)[0] ?? folder.paths[0];
      if (path === undefined) return false;
      if (ENDINGS.test(path)) return true;
      const source = await folder.open(path);
      return pictureType(await source.read(0, Math.min(16, source.size))) !== undefined;
    },
    open: (folder, options) => openImages(folder, options, decoder),
  };
}

/** Those with a picture's ending; if none has one, all files. */
function picturesOf({ paths }: SourceFolder): readonly string[] {
  const pictures = paths.filter((path) => ENDINGS.test(path));
  return pictures.length > 0 ? pictures : paths;
}

async function openImages(
  folder: SourceFolder,
  options: ReadOptions,
  decoder: PictureDecoder,
): Promise<Reading> {
  const paths = picturesOf(folder);
  const skipped: { name: string; reason: string }[] = [];
  const { size, crop, strict = false } = options;
  const wish: PictureWish = { size, crop };
  const step = Math.max(1, Math.floor(paths.length / SAMPLE));
  const sample = paths.filter((_, i) => i % step === 0);
  let first: { path: string; value: Picture } | undefined;
  let inColour = false;
  const decode = (bytes: Uint8Array) => decoder.decode(bytes, wish);
  for await (const each of usableFiles(folder, sample, strict, skipped, decode)) {
    first ??= each;
    const otherSize = sizeError(folder, each.path, each.value, first);
    if (otherSize) throw otherSize;
    inColour ||= each.value.channels === 3;
  }
  if (!first) {
    const reason = skipped[0] ? `: ${skipped[0].name}: ${skipped[0].reason}` : "";
    throw new DataError(`${folder.name} has no picture that can be read${reason}`);
  }
  const channels = options.grey ? 1 : inColour ? 3 : 1;
  const shape = [first.value.height, first.value.width, channels];
  const notes: string[] = [`${paths.length} pictures, ${channels === 1 ? "grey" : "in colour"}`];
  const left = folder.paths.length - paths.length;
  if (left > 0) notes.push(`${left} files that are no pictures are left out`);
  const [labelOf, splitOf] = [folderLabels(paths), folderSplits(paths)];
  if (labelOf) notes.push("the labels are the names of subfolders");
  const reference = first;
  const use = async (bytes: Uint8Array, path: string) => {
    const picture = await decoder.decode(bytes, {
      ...wish,
      ...(!options.grey && !inColour ? {} : { channels }),
    } as PictureWish);
    const otherSize = sizeError(folder, path, picture, reference);
    if (otherSize) throw new UnfitFile(otherSize);
    if (picture.channels !== channels)
      throw new UnfitFile(
        new DataError(
          `${nameIn(folder, path)} is in colour where others are grey: pass ${asSetting("grey", true)} to make all grey`,
        ),
      );
    return picture;
  };
  async function* chunks(): AsyncGenerator<Chunk> {
    const width = product(shape);
    const atOnce = Math.max(1, Math.floor(CHUNK / width));
    let [rows, names] = [new Uint8Array(atOnce * width), [] as string[]];
    const chunk = (): Chunk => ({
      count: names.length,
      rows: rows.subarray(0, names.length * width),
      names,
      ...(labelOf && { labels: names.map(labelOf) }),
      ...(splitOf && { splits: names.map(splitOf) }),
    });
    for await (const { path, value } of usableFiles(folder, paths, strict, skipped, use)) {
      rows.set(value.data, names.length * width);
      names.push(path);
      if (names.length < atOnce) continue;
      yield chunk();
      [rows, names] = [new Uint8Array(atOnce * width), []];
    }
    if (names.length > 0) yield chunk();
  }
  return { shape, divisor: 255, notes, skipped, chunks };
}

/** Why a picture does not go with the first; undefined where it does. */
function sizeError(
  folder: SourceFolder,
  path: string,
  { height, width }: Picture,
  first: { path: string; value: Picture },
): DataError | undefined {
  if (height === first.value.height && width === first.value.width) return undefined;
  const other = `${first.path} has ${first.value.height}×${first.value.width}`;
  return new DataError(
    `${nameIn(folder, path)} has ${height}×${width} pixels where ${other}: pass ${asSetting("size")} with the height and width that all are brought to`,
  );
}
