import type { Dataset } from "./dataset.ts";
import { bytesPerElement, piecesOf } from "./storage.ts";

/** A hash of each row's bytes (53 bits, FNV-1a). */
export function rowKeys({ storage }: Dataset): Float64Array {
  const length = storage.size * bytesPerElement(storage.type);
  const keys = new Float64Array(storage.examples);
  for (const { start, end, rows } of piecesOf(storage)) {
    // Four bytes at a time where rows begin and end at words.
    const inWords = length % 4 === 0 && rows.byteOffset % 4 === 0;
    const units = inWords
      ? new Uint32Array(rows.buffer, rows.byteOffset, rows.byteLength / 4)
      : new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    const width = inWords ? length / 4 : length;
    for (let row = start; row < end; row++) keys[row] = keyOf(units, (row - start) * width, width);
  }
  return keys;
}

function keyOf(units: Uint32Array | Uint8Array, first: number, width: number): number {
  let low = 0x811c9dc5;
  let high = 0x1234567;
  for (let at = first; at < first + width; at++) {
    const unit = units[at]!;
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (unit >>> 15), 0x85ebca6b) + 0x9e37;
    low ^= low >>> 15;
  }
  return (low >>> 0) * 2 ** 21 + ((high ^ (high >>> 13)) & 0x1fffff);
}
