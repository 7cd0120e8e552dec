import type { Dataset, Group } from "h5wasm";
import type { Source } from "../source.ts";

/** Opens an HDF5 file for reading: from disk in Node, from memory elsewhere. */
export type Hdf5Opener = (source: Source) => Promise<{ readonly root: Group; close(): void }>;

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
