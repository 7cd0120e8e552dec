import { type Dataset, type Group, File as Hdf5File, ready } from "h5wasm";
import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";

/** Opens an HDF5 file for reading: from disk in Node, from memory elsewhere. */
export type Hdf5Opener = (source: Source) => Promise<{ readonly root: Group; close(): void }>;

/** WebAssembly has no more memory for a file. */
const LARGEST_IN_MEMORY = 2 ** 31 - 2 ** 20;

let opened = 0;

/** @throws {DataError} when the file is larger than 2 GiB or no HDF5 */
export const hdf5InMemory: Hdf5Opener = async (source) => {
  if (source.size > LARGEST_IN_MEMORY)
    throw new DataError(
      `${source.name} has ${source.size} bytes; at most 2 GiB can be opened here: use vaekit on the command line`,
    );
  const { FS } = await ready;
  const path = `/read-${opened++}.h5`;
  FS!.writeFile(path, await source.read(0, source.size));
  const file = new Hdf5File(path, "r");
  const close = () => {
    file.close();
    FS!.unlink(path);
  };
  return { root: file, close };
};

export function isGroup(entity: unknown): entity is Group {
  return typeof (entity as Group | null)?.keys === "function";
}

export function isDataset(entity: unknown): entity is Dataset {
  return typeof (entity as Dataset | null)?.slice === "function";
}

type Numbers = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** The values start ≤ i < end of the first axis, all of the others; 16-bit unsigned and wider ones as float64. */
export function numbersOf(dataset: Dataset, start: number, end: number): Numbers {
  const rest = (dataset.shape ?? []).slice(1).map((size): [number, number] => [0, size]);
  const values: unknown = start === end ? [] : dataset.slice([[start, end], ...rest]);
  if (
    values instanceof Uint8Array ||
    values instanceof Int8Array ||
    values instanceof Int16Array ||
    values instanceof Int32Array ||
    values instanceof Float32Array ||
    values instanceof Float64Array
  )
    return values;
  const list = Array.from(values as ArrayLike<unknown>, Number);
  return Float64Array.from(list);
}

/** Texts of a whole dataset of one axis; numbers as texts. */
export function textsOf(dataset: Dataset): string[] {
  return Array.from(dataset.value as ArrayLike<unknown>, String);
}
