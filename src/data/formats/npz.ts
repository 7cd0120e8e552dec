import { DataError } from "../../common/errors.ts";
import { asSetting } from "../../common/named-setting.ts";
import type { Source } from "../source.ts";
import { arrayReading } from "./array-reading.ts";
import { ByteReader } from "./bytes.ts";
import type { Chunk, Format, Reading, ReadOptions } from "./format.ts";
import { GREATEST_RATIO } from "./gunzip.ts";
import { LONGEST_NPY_HEADER, type NpyFile, npyArray, npyReading } from "./npy.ts";
import { looksLikeZip, readZip, type ZipEntry } from "./zip.ts";

/** Arrays that are taken for the examples and for their labels, in this order, if nothing else is said. */
const EXAMPLES = ["x", "X", "data", "images", "features", "x_train", "X_train", "train_images", "arr_0"];
const LABELS = ["y", "Y", "labels", "label", "targets", "target", "y_train", "Y_train", "train_labels"];

/**
 * NPZ, arrays of NumPy in a ZIP archive, compressed or not. It takes `layer`, the array that holds the examples, and
 * `label`, the one that holds one number for each. Limits are those of NPY.
 */
export const npzFormat: Format = {
  name: "npz",
  title: "NPZ",
  recognises: (head) => looksLikeZip(head) && firstEntryIsArray(head),
  open: openNpz,
};

function firstEntryIsArray(head: Uint8Array): boolean {
  const name = new TextDecoder("latin1").decode(head.subarray(30, 30 + head[26]! + 256 * head[27]!));
  return name.endsWith(".npy");
}

async function openNpz(source: Source, options: ReadOptions): Promise<Reading> {
  const entries = new Map<string, ZipEntry>();
  for (const entry of await readZip(source))
    if (entry.name.endsWith(".npy")) entries.set(entry.name.slice(0, -".npy".length), entry);
  const names = [...entries.keys()];
  if (names.length === 0) throw new DataError(`${source.name} holds no arrays; write it by numpy.savez`);
  const rest = names.filter((name) => !LABELS.includes(name) && name !== options.label);
  const examples =
    options.layer ?? EXAMPLES.find((name) => entries.has(name)) ?? (rest.length === 1 ? rest[0] : undefined);
  if (examples === undefined)
    throw new DataError(
      `${source.name} holds the arrays ${names.join(", ")}: pass ${asSetting("layer")} with the one that holds the examples`,
    );
  const isAbsent = options.known && options.label !== undefined && !entries.has(options.label);
  const labels =
    (isAbsent ? undefined : options.label) ??
    LABELS.find((name) => entries.has(name) && pairs(examples, name));
  const reading = npyReading(await npyFile(source, entries, examples));
  const notes = [...reading.notes];
  if (names.length > 1) notes.push(`the examples are the array ${examples}`);
  if (labels === undefined) return { ...reading, notes };
  const texts = await labelTexts(await npyFile(source, entries, labels), reading.examples!);
  notes.push(`the labels are the array ${labels}`);
  return { ...reading, notes, chunks: () => withLabels(reading, texts) };
}

/** Whether both or neither of the names contain "train". */
function pairs(examples: string, labels: string): boolean {
  return examples.includes("train") === labels.includes("train");
}

async function npyFile(source: Source, entries: Map<string, ZipEntry>, name: string): Promise<NpyFile> {
  const entry = entries.get(name);
  if (!entry)
    throw new DataError(`${source.name} has no array ${name}; it holds ${[...entries.keys()].join(", ")}`);
  const file = `${source.name}: ${name}`;
  if (entry.size > entry.packed * GREATEST_RATIO + GREATEST_RATIO)
    throw new DataError(
      `${file} promises ${entry.size} bytes, but its ${entry.packed} compressed ones cannot hold so many: download the file again`,
    );
  const reader = new ByteReader(entry.stream());
  const head = await reader.take(LONGEST_NPY_HEADER);
  await reader.close();
  return { file, head, most: entry.size, exact: true, stream: () => entry.stream() };
}

async function labelTexts(npy: NpyFile, examples: number): Promise<string[]> {
  const { array } = npyArray(npy);
  const [count] = array.shape;
  const isColumn = array.shape.length === 1 || (array.shape.length === 2 && array.shape[1] === 1);
  if (!isColumn || count !== examples)
    throw new DataError(
      `${npy.file} has shape ${array.shape.join("×")}; labels are one number for each of the ${examples} examples`,
    );
  const texts: string[] = [];
  const column = arrayReading({ ...array, shape: [count!, 1] });
  for await (const { rows } of column.chunks()) for (const value of rows!) texts.push(String(value));
  return texts;
}

async function* withLabels(reading: Reading, texts: readonly string[]): AsyncGenerator<Chunk> {
  let first = 0;
  for await (const chunk of reading.chunks()) {
    yield { ...chunk, labels: texts.slice(first, first + chunk.count) };
    first += chunk.count;
  }
}
