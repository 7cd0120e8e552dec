import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { nativePackage } from "../common/native-package.ts";
import { fileError } from "../files/file-error.ts";
import { Checksums } from "../run/checksums.ts";

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".gif": "image/gif",
  ".webp": "image/webp",
};

/** An image that a page carries in itself. */
export interface EmbeddedImage {
  readonly uri: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Files of the same name except for the ending: a picture, a film, or a film with a still of it. */
export interface Picture {
  /** Without ending. */
  readonly name: string;
  readonly still?: EmbeddedImage;
  readonly film?: EmbeddedImage;
  /** The last frame of a film. */
  readonly poster?: EmbeddedImage;
}

interface Pictures {
  readonly pictures: readonly Picture[];
  /** Files too large to be carried, damaged, or not readable as images. */
  readonly leftOut: readonly string[];
}

interface ReadOptions {
  /** All together; images of more make a page that is slow to open. */
  readonly mostBytes?: number;
  /** Names of stills that are shown otherwise. */
  readonly drawn?: readonly string[];
}

/** Images of more than this make a page that is slow to open. */
const MOST_BYTES = 16e6;

/** Films that another shows side by side. */
const SHOWN_BY: Readonly<Record<string, string>> = { encoder: "tableau", decoder: "tableau" };

interface ImageFile {
  /** Without ending. */
  readonly name: string;
  readonly file: string;
  readonly bytes: Buffer;
}

/**
 * Reads the pictures in a folder, the small ones first, as long as all together stay small enough.
 * @returns none where there is no folder
 * @throws {RunError} when the system does not let one be read
 */
export async function readPictures(
  folder: string,
  { mostBytes = MOST_BYTES, drawn = [] }: ReadOptions = {},
): Promise<Pictures> {
  const listed = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const images = listed.filter((entry) => entry.isFile() && extname(entry.name) in MEDIA_TYPES);
  const checksums = await Checksums.read(dirname(folder));
  const wanted = withoutRepeats(images.map(({ name }) => name)).filter(
    (file) => !(extname(file) === ".png" && drawn.includes(nameOf(file))),
  );
  const files = await Promise.all(wanted.map((file) => readImageFile(folder, file)));
  const pictures = new Map<string, Picture>();
  const leftOut: string[] = [];
  let total = 0;
  for (const each of files.sort((a, b) => a.bytes.length - b.bytes.length)) {
    total += each.bytes.length;
    const isDamaged = checksums?.verdict(`${basename(folder)}/${each.file}`, each.bytes) === "changed";
    const found = !isDamaged && total <= mostBytes && (await embed(each));
    if (found) pictures.set(each.name, { name: each.name, ...pictures.get(each.name), ...found });
    else leftOut.push(each.file);
  }
  return { pictures: [...pictures.values()], leftOut: leftOut.sort() };
}

async function readImageFile(folder: string, file: string): Promise<ImageFile> {
  const path = join(folder, file);
  const bytes = await readFile(path).catch((error) => {
    throw fileError(`cannot read ${path}`, error);
  });
  return { name: nameOf(file), file, bytes };
}

/** A film comes as WebP and as GIF, of which one is enough. */
function withoutRepeats(files: readonly string[]): string[] {
  const films = files.filter((file) => extname(file) !== ".png");
  const isShown = (film: string) => films.some((other) => nameOf(other) === SHOWN_BY[nameOf(film)]);
  return files.filter(
    (file) =>
      !films.includes(file) ||
      !(isShown(file) || (extname(file) === ".gif" && films.includes(`${nameOf(file)}.webp`))),
  );
}

/** @returns undefined for a file that is not an image */
async function embed({ file, bytes }: ImageFile): Promise<Omit<Picture, "name"> | undefined> {
  const { default: sharp } = await nativePackage("sharp", "reads pictures", () => import("sharp"));
  const metadata = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  if (!metadata) return undefined;
  const { width, height, pages = 1, pageHeight = height } = metadata;
  if (pages <= 1) {
    const smaller = await sharp(bytes).webp({ quality: 85, effort: 4, smartSubsample: true }).toBuffer();
    const still = smaller.length < bytes.length ? uriOf(smaller, ".webp") : uriOf(bytes, extname(file));
    return { still: { uri: still, width, height } };
  }
  const uri = uriOf(bytes, extname(file));
  const last = await sharp(bytes, { page: pages - 1 })
    .webp({ quality: 85, effort: 4 })
    .toBuffer();
  const size = { width, height: pageHeight };
  const poster = { uri: uriOf(last, ".webp"), ...size };
  return { film: { uri, ...size }, poster };
}

function uriOf(bytes: Buffer, ending: string): string {
  return `data:${MEDIA_TYPES[ending]};base64,${bytes.toString("base64")}`;
}

function nameOf(file: string): string {
  return file.slice(0, -extname(file).length);
}
