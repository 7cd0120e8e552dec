import { type Dataset, exampleSize } from "../data/dataset.ts";

/** A number for the bytes of each row: equal for equal rows, and for others all but certainly not (53 bits, FNV-1a). */
export function rowKeys({ rows, examples, shape }: Dataset): Float64Array {
  const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  const length = exampleSize({ shape }) * rows.BYTES_PER_ELEMENT;
  return Float64Array.from({ length: examples }, (_, row) => {
    let low = 0x811c9dc5;
    let high = 0x1234567;
    for (let at = row * length; at < (row + 1) * length; at++) {
      low = Math.imul(low ^ bytes[at]!, 0x01000193);
      high = Math.imul(high ^ bytes[at]!, 0x85ebca6b) + 0x9e37;
    }
    return (low >>> 0) * 2 ** 21 + ((high ^ (high >>> 13)) & 0x1fffff);
  });
}
