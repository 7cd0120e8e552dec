import { DataError } from "../../../src/common/errors.ts";
import { collect } from "../../../src/data/collect.ts";
import { type Dataset, dataset } from "../../../src/data/dataset.ts";
import { headOf } from "../../../src/data/formats/bytes.ts";
import { csvFormat } from "../../../src/data/formats/csv.ts";
import { idxFormat } from "../../../src/data/formats/idx-format.ts";
import { jsonLinesFormat } from "../../../src/data/formats/json-lines.ts";
import { npyFormat } from "../../../src/data/formats/npy.ts";
import { npzFormat } from "../../../src/data/formats/npz.ts";
import { parquetFormat } from "../../../src/data/formats/parquet.ts";
import { datasetOfReading } from "../../../src/data/reading-dataset.ts";
import { memorySource } from "../../../src/data/source.ts";
import { unpack } from "../../../src/explorer/pack.ts";

/** 10,000 digits of MNIST, which come with the page. */
export async function bundledMnist(address: string): Promise<Dataset> {
  const response = await fetch(address);
  if (!response.ok)
    throw new DataError(`the digits could not be loaded (${response.status}): reload the page`);
  const { sections } = unpack(new Uint8Array(await response.arrayBuffer()));
  return dataset(sections.images as Uint8Array, {
    shape: [28, 28, 1],
    divisor: 255,
    labels: sections.labels as Uint8Array,
    name: "mnist",
  });
}

const SIDE = 24;
const SHAPES = ["square", "disc", "triangle"] as const;

/** Squares, discs and triangles of every size and place: a latent space with known axes. */
export function sprites(): Dataset {
  const pieces: Uint8Array[] = [];
  const labels: string[] = [];
  for (const shape of SHAPES)
    for (let radius = 3; radius <= 6; radius++)
      for (let x = 7; x <= SIDE - 7; x += 0.75)
        for (let y = 7; y <= SIDE - 7; y += 0.75) {
          pieces.push(sprite(shape, x, y, radius));
          labels.push(shape);
        }
  // Dealt out by a fixed step that is prime to their number, so that batches hold some of each.
  const step = 1543;
  const order = pieces.map((_, index) => (index * step) % pieces.length);
  const rows = new Uint8Array(pieces.length * SIDE * SIDE);
  for (const [at, index] of order.entries()) rows.set(pieces[index]!, at * SIDE * SIDE);
  return dataset(rows, {
    shape: [SIDE, SIDE, 1],
    divisor: 255,
    labels: order.map((index) => labels[index]!),
    name: "sprites",
  });
}

function sprite(shape: (typeof SHAPES)[number], x: number, y: number, radius: number): Uint8Array {
  const image = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const [dx, dy] = [column + 0.5 - x, row + 0.5 - y];
      const distance =
        shape === "square"
          ? Math.max(Math.abs(dx), Math.abs(dy)) * 1.13
          : shape === "disc"
            ? Math.hypot(dx, dy)
            : Math.max(dy * 1.4, (Math.abs(dx) * 1.732 - dy) * 0.75);
      image[row * SIDE + column] = Math.round(255 * Math.max(0, Math.min(1, radius + 0.5 - distance)));
    }
  return image;
}

const FORMATS = [npyFormat, npzFormat, parquetFormat, idxFormat, jsonLinesFormat, csvFormat];

/** A dropped file of one of the formats that the library reads. It never leaves the page. */
export async function droppedData(
  files: readonly File[],
): Promise<{ data: Dataset; notes: readonly string[] }> {
  const [file] = files;
  if (!file) throw new DataError("no file was dropped: drop a CSV, Parquet, NPY, NPZ or IDX file");
  if (files.every(({ type }) => type.startsWith("image/"))) return { data: await images(files), notes: [] };
  const source = memorySource(file.name, new Uint8Array(await file.arrayBuffer()));
  const head = await headOf(source);
  const format = FORMATS.find((each) => each.recognises(head, file.name));
  if (!format)
    throw new DataError(
      `${file.name} is none of the formats that the page reads: drop CSV, Parquet, NPY, NPZ or IDX`,
    );
  const reading = await format.open(source, {});
  const collected = await collect(file.name, reading);
  return { data: datasetOfReading(collected, reading, { name: file.name }), notes: reading.notes };
}

const FEWEST_IMAGES = 16;
const IMAGE_SIDE = 28;

/** Pictures, each brought to 28 × 28 grey pixels. */
async function images(files: readonly File[]): Promise<Dataset> {
  if (files.length < FEWEST_IMAGES)
    throw new DataError(`${files.length} pictures were dropped: a training needs ${FEWEST_IMAGES} or more`);
  const rows = new Uint8Array(files.length * IMAGE_SIDE ** 2);
  const canvas = new OffscreenCanvas(IMAGE_SIDE, IMAGE_SIDE);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  for (const [index, file] of files.entries()) {
    const bitmap = await createImageBitmap(file).catch(() => {
      throw new DataError(`${file.name} is no picture that this browser reads: leave it out`);
    });
    context.drawImage(bitmap, 0, 0, IMAGE_SIDE, IMAGE_SIDE);
    bitmap.close();
    const { data } = context.getImageData(0, 0, IMAGE_SIDE, IMAGE_SIDE);
    for (let at = 0; at < IMAGE_SIDE ** 2; at++)
      rows[index * IMAGE_SIDE ** 2 + at] =
        0.299 * data[4 * at]! + 0.587 * data[4 * at + 1]! + 0.114 * data[4 * at + 2]!;
  }
  return dataset(rows, {
    shape: [IMAGE_SIDE, IMAGE_SIDE, 1],
    divisor: 255,
    name: `${files.length} pictures`,
  });
}
