import type { Rows } from "./schema.ts";

/** How stored values are encoded: the name of the typed array that holds them. */
export type ElementType =
  | "Uint8Array"
  | "Int8Array"
  | "Int16Array"
  | "Int32Array"
  | "Float32Array"
  | "Float64Array";

/**
 * Where a dataset's examples lie: in memory, in a file of rows, or as compressed sparse rows. Values are as they are
 * stored, before centring and scaling. Reading is synchronous, so that a training step and an evaluation that fill the
 * engine's memory need not wait for another turn of the event loop.
 */
export interface Storage {
  /** Name of the typed array that holds a value. */
  readonly type: ElementType;
  /** How many rows are stored. */
  readonly examples: number;
  /** Values of one example. */
  readonly size: number;
  /**
   * @returns examples start ≤ i < end, [end − start, size], row-major; a view of the storage or a copy: do not write
   * @throws {DataError} when a file cannot be read any more
   */
  range(start: number, end: number): Rows;
  /**
   * Copies examples, one after another, to the beginning of `into`.
   * @param into of the storage's type, at least indices × size values
   * @throws {DataError} when a file cannot be read any more
   */
  gather(indices: ArrayLike<number>, into: Rows): void;
  /** Examples start ≤ i < end without a copy. */
  slice(start: number, end: number): Storage;
  /** Examples at `indices`, in this order; a copy where the storage is in memory. */
  take(indices: ArrayLike<number>): Storage;
}

const ARRAYS = {
  Uint8Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
} as const satisfies Record<ElementType, unknown>;

export function bytesPerElement(type: ElementType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

export function typeOf(rows: Rows): ElementType {
  return rows[Symbol.toStringTag];
}

export function emptyRows(type: ElementType, length: number): Rows {
  return new ARRAYS[type](length);
}

/** Values that lie in memory, which it keeps without copying. @param rows examples × size, row-major */
export function memoryStorage(rows: Rows, size: number): Storage {
  const examples = rows.length / size;
  const gather = (indices: ArrayLike<number>, into: Rows) => {
    for (let i = 0; i < indices.length; i++) {
      const start = indices[i]! * size;
      into.set(rows.subarray(start, start + size), i * size);
    }
  };
  return {
    type: typeOf(rows),
    examples,
    size,
    range: (start, end) => rows.subarray(start * size, end * size),
    gather,
    slice: (start, end) => memoryStorage(rows.subarray(start * size, end * size), size),
    take(indices) {
      const taken = emptyRows(typeOf(rows), indices.length * size);
      gather(indices, taken);
      return memoryStorage(taken, size);
    },
  };
}

/** Some examples of a storage that is not in memory, in another order. */
export function reorderedStorage(base: Storage, order: Uint32Array): Storage {
  const { type, size } = base;
  const within = (indices: ArrayLike<number>) => Uint32Array.from(indices, (index) => order[index]!);
  return {
    type,
    size,
    examples: order.length,
    range(start, end) {
      const rows = emptyRows(type, (end - start) * size);
      base.gather(order.subarray(start, end), rows);
      return rows;
    },
    gather: (indices, into) => base.gather(within(indices), into),
    slice: (start, end) => reorderedStorage(base, order.subarray(start, end)),
    take: (indices) => reorderedStorage(base, within(indices)),
  };
}

const PIECE_BYTES = 1 << 22;

/** Stored values in order, some whole examples at a time (about 4 MiB); views where they are in memory. */
export function* piecesOf(storage: Storage): Generator<{ start: number; end: number; rows: Rows }> {
  const { examples, size, type } = storage;
  const step = Math.max(1, Math.floor(PIECE_BYTES / (size * bytesPerElement(type))));
  for (let start = 0; start < examples; start += step) {
    const end = Math.min(examples, start + step);
    yield { start, end, rows: storage.range(start, end) };
  }
}
