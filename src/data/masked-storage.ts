import type { ElementType, Storage } from "./storage.ts";
import { emptyRows } from "./storage.ts";

/** What holds every value of a type, and NaN. */
const WITH_GAPS: Readonly<Record<ElementType, "Float32Array" | "Float64Array">> = {
  Uint8Array: "Float32Array",
  Int8Array: "Float32Array",
  Int16Array: "Float32Array",
  Int32Array: "Float64Array",
  Float32Array: "Float32Array",
  Float64Array: "Float64Array",
};

/** One bit for each value, 1 where it was observed. */
function bitsOf(mask: ArrayLike<number | boolean>): Uint8Array {
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  for (let i = 0; i < mask.length; i++) if (mask[i]) bits[i >>> 3]! |= 1 << (i & 7);
  return bits;
}

/**
 * The same values, NaN where a mask says that they were not observed. The mask is kept as one bit a value.
 * @param mask examples × size, 1 or true where a value was observed
 */
export function maskedStorage(base: Storage, mask: ArrayLike<number | boolean>): Storage {
  return masked(base, bitsOf(mask), undefined);
}

/** @param order of each example, which row of the mask is its; undefined: that of its index, from `first` */
function masked(base: Storage, bits: Uint8Array, order: Uint32Array | undefined, first = 0): Storage {
  const { size } = base;
  const type = WITH_GAPS[base.type];
  const rowOf = (example: number) => (order ? order[example]! : first + example);
  const hide = (into: Float32Array | Float64Array, at: number, example: number) => {
    const start = rowOf(example) * size;
    for (let i = 0; i < size; i++)
      if (((bits[(start + i) >>> 3]! >>> ((start + i) & 7)) & 1) === 0) into[at + i] = Number.NaN;
  };
  return {
    type,
    size,
    examples: base.examples,
    range(start, end) {
      const rows = emptyRows(type, (end - start) * size) as Float32Array;
      rows.set(base.range(start, end));
      for (let example = start; example < end; example++) hide(rows, (example - start) * size, example);
      return rows;
    },
    gather(indices, into) {
      const rows = emptyRows(base.type, indices.length * size);
      base.gather(indices, rows);
      into.set(rows);
      for (let i = 0; i < indices.length; i++) hide(into as Float32Array, i * size, indices[i]!);
    },
    slice: (start, end) =>
      masked(base.slice(start, end), bits, order?.subarray(start, end), order ? 0 : first + start),
    take: (indices) =>
      masked(
        base.take(indices),
        bits,
        Uint32Array.from(indices, (index) => rowOf(index)),
      ),
  };
}
