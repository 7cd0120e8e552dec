import type { Dataset, Group } from "h5wasm";
import { DataError } from "../../common/errors.ts";
import type { Chunk } from "./format.ts";
import { isDataset, isGroup, numbersOf } from "./hdf5.ts";

/** Values that are read at once. */
const CHUNK = 1 << 19;

/** Entries of a CSC matrix that can be turned in memory. */
const MOST_TURNED = 2 ** 27;

/** A matrix of an `.h5ad` file. */
export interface H5Matrix {
  readonly kind: "dense" | "CSR" | "CSC";
  readonly rows: number;
  readonly columns: number;
  readonly entries: number;
  chunks(): Iterable<Chunk>;
}

/** X, or a layer. @throws {DataError} when it is missing or inconsistent */
export function matrixIn(root: Group, layer: string | undefined, file: string): H5Matrix {
  const path = layer === undefined ? "X" : `layers/${layer}`;
  const layers = root.get("layers");
  const known = isGroup(layers) ? layers.keys() : [];
  if (layer !== undefined && !known.includes(layer))
    throw new DataError(`${file} has no layer '${layer}'; it has ${known.join(", ") || "none"}`);
  const found = root.get(path);
  if (isDataset(found)) return dense(found, path, file);
  if (isGroup(found)) return sparse(found, path, file);
  throw new DataError(`${file} has no ${path}; an .h5ad file has one`);
}

function dense(dataset: Dataset, path: string, file: string): H5Matrix {
  const [rows, columns] = dataset.shape as [number, number];
  if (dataset.shape?.length !== 2)
    throw new DataError(`${file}: ${path} has shape ${dataset.shape}; it has two axes`);
  const atOnce = Math.max(1, Math.floor(CHUNK / columns));
  function* chunks(): Generator<Chunk> {
    for (let first = 0; first < rows; first += atOnce) {
      const end = Math.min(rows, first + atOnce);
      yield { count: end - first, rows: numbersOf(dataset, first, end) };
    }
  }
  return { kind: "dense", rows, columns, entries: rows * columns, chunks };
}

function sparse(group: Group, path: string, file: string): H5Matrix {
  const attribute = (name: string) => group.attrs[name]?.value;
  const encoding = String(attribute("encoding-type") ?? attribute("h5sparse_format"));
  const shape = Array.from(
    (attribute("shape") ?? attribute("h5sparse_shape") ?? []) as ArrayLike<unknown>,
    Number,
  );
  const parts = ["data", "indices", "indptr"].map((name) => group.get(name));
  if (!/^cs[rc]/.test(encoding) || shape.length !== 2 || !parts.every(isDataset))
    throw new DataError(`${file}: ${path} is of kind '${encoding}'; dense, CSR and CSC can be read`);
  const [data, indices, indptr] = parts as [Dataset, Dataset, Dataset];
  const isRows = encoding.startsWith("csr");
  const [rows, columns] = shape as [number, number];
  const [major, minor] = isRows ? [rows, columns] : [columns, rows];
  const entries = data.shape?.[0] ?? 0;
  const damaged = (what: string) => new DataError(`${file}: ${path} is damaged: ${what}`);
  if (indptr.shape?.[0] !== major + 1 || indices.shape?.[0] !== entries)
    throw damaged(
      `${indptr.shape?.[0]} offsets for ${major} ${isRows ? "rows" : "columns"}, ${indices.shape?.[0]} indices for ${entries} values`,
    );
  function* compressed(): Generator<Part> {
    const offsets = numbersOf(indptr, 0, major + 1);
    if (offsets[0] !== 0 || offsets[major] !== entries)
      throw damaged(`its offsets end at ${offsets[major]} of ${entries} values`);
    for (let i = 0; i < major; i++)
      if (offsets[i + 1]! < offsets[i]!) throw damaged(`offset ${i + 1} is below the one before`);
    for (let first = 0; first < major; ) {
      let end = first + 1;
      while (end < major && end - first < CHUNK && offsets[end + 1]! - offsets[first]! <= CHUNK) end++;
      const [from, to] = [offsets[first]!, offsets[end]!];
      const places = Uint32Array.from(numbersOf(indices, from, to));
      const outside = places.findIndex((place) => place >= minor);
      if (outside >= 0) throw damaged(`index ${places[outside]} of ${minor}`);
      const local = Uint32Array.from({ length: end - first + 1 }, (_, i) => offsets[first + i]! - from);
      yield { first, count: end - first, offsets: local, indices: places, values: numbersOf(data, from, to) };
      first = end;
    }
  }
  function* chunks(): Generator<Chunk> {
    if (!isRows && entries > MOST_TURNED)
      throw new DataError(
        `${file}: ${path} is CSC with ${entries} entries; at most 2^27 can be turned: write it as CSR`,
      );
    const blocks = isRows ? compressed() : [turned(compressed, rows, entries)];
    for (const { count, offsets, indices, values } of blocks)
      yield { count, sparse: { offsets, indices, values } };
  }
  return { kind: isRows ? "CSR" : "CSC", rows, columns, entries, chunks };
}

interface Part {
  readonly first: number;
  readonly count: number;
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: NonNullable<Chunk["sparse"]>["values"];
}

/** Columns become rows by counting. */
function turned(columns: () => Iterable<Part>, rows: number, entries: number): Part {
  const offsets = new Uint32Array(rows + 1);
  for (const { indices } of columns()) for (const row of indices) offsets[row + 1]!++;
  for (let row = 0; row < rows; row++) offsets[row + 1]! += offsets[row]!;
  const next = offsets.slice();
  const [indices, values] = [new Uint32Array(entries), new Float32Array(entries)];
  for (const part of columns()) {
    for (let column = 0; column < part.count; column++) {
      for (let i = part.offsets[column]!; i < part.offsets[column + 1]!; i++) {
        const to = next[part.indices[i]!]!++;
        indices[to] = part.first + column;
        values[to] = part.values[i]!;
      }
    }
  }
  return { first: 0, count: rows, offsets, indices, values };
}
