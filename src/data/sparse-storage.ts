import type { Rows } from "./schema.ts";
import { emptyRows, reorderedStorage, type Storage, typeOf } from "./storage.ts";

/** Examples whose values are mostly 0: only the others are kept (compressed sparse rows). */
interface CompressedRows {
  /** examples + 1 places in `columns` and `values`, ascending from 0. */
  readonly offsets: Uint32Array | Float64Array;
  /** Index in its example of each value. */
  readonly columns: Uint32Array;
  readonly values: Rows;
  /** Values of one example, zeros included. */
  readonly size: number;
}

/** Sparse values that lie in memory; only what is read becomes dense. */
export function sparseStorage({ offsets, columns, values, size }: CompressedRows): Storage {
  const type = typeOf(values);
  const fill = (example: number, into: Rows, at: number) => {
    into.fill(0, at, at + size);
    for (let i = offsets[example]!; i < offsets[example + 1]!; i++) into[at + columns[i]!] = values[i]!;
  };
  const storage: Storage = {
    type,
    size,
    examples: offsets.length - 1,
    range(start, end) {
      const rows = emptyRows(type, (end - start) * size);
      for (let example = start; example < end; example++) fill(example, rows, (example - start) * size);
      return rows;
    },
    gather(indices, into) {
      for (let i = 0; i < indices.length; i++) fill(indices[i]!, into, i * size);
    },
    slice: (start, end) =>
      sparseStorage({ offsets: offsets.subarray(start, end + 1), columns, values, size }),
    take: (indices) => reorderedStorage(storage, Uint32Array.from(indices)),
  };
  return storage;
}
