import { basename, dirname, join } from "node:path";
import { DataError } from "../common/errors.ts";
import type { Dataset, SplitName } from "./dataset.ts";
import { lookUp, readBytes } from "./files.ts";
import { gunzip, isGzip } from "./formats/gunzip.ts";
import { looksLikeIdx, parseIdx } from "./formats/idx.ts";
import { type IdxDatasetOptions, idxDataset } from "./formats/idx-dataset.ts";
import { labelNames } from "./formats/mnist-files.ts";
import { dealOut, loadSplits, type OpenOptions, SPLIT_NAMES, type Splits } from "./splits.ts";

interface Format {
  readonly name: string;
  /** Judges by the first bytes of the content, decompressed. */
  readonly recognises: (head: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array, path: string, options: IdxDatasetOptions) => Promise<Dataset>;
}

const FORMATS: readonly Format[] = [
  { name: "IDX, plain or gzip", recognises: looksLikeIdx, read: readIdxWithLabels },
];

const HEAD_BYTES = 12;

/**
 * Reads a file of one of the known formats, whatever its name, and deals its examples out.
 *
 * @throws {DataError} when the format is unknown, or the file damaged.
 */
export async function openFile<S extends SplitName>(
  path: string,
  { splits = SPLIT_NAMES as readonly S[], scale }: OpenOptions<S>,
): Promise<Splits<S>> {
  const bytes = await readBytes(path);
  if (bytes.length === 0) throw new DataError(`${path} is empty: download the file again`);
  const head = isGzip(bytes) ? await gunzip(bytes, HEAD_BYTES, path) : bytes.subarray(0, HEAD_BYTES);
  const format = FORMATS.find(({ recognises }) => recognises(head));
  if (!format) {
    const known = FORMATS.map(({ name }) => name).join("; ");
    throw new DataError(
      `${path} begins with ${preview(head)}, which is no known format; known are: ${known}`,
    );
  }
  const name = basename(path).replace(/\.gz$/, "");
  const all = await format.read(bytes, path, { name, split: "all", divisor: scale });
  return loadSplits(splits, async (split) => dealOut(all, split));
}

async function readIdxWithLabels(
  bytes: Uint8Array,
  path: string,
  options: IdxDatasetOptions,
): Promise<Dataset> {
  const images = await parseIdx(bytes, path);
  for (const name of labelNames(basename(path))) {
    const labels = join(dirname(path), name);
    if ((await lookUp(labels))?.isFile()) {
      return idxDataset(images, await parseIdx(await readBytes(labels), labels), options);
    }
  }
  return idxDataset(images, undefined, options);
}

function preview(head: Uint8Array): string {
  const printable = head.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (printable && head.length > 0) return JSON.stringify(String.fromCharCode(...head));
  return Array.from(head.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ") || "nothing";
}
