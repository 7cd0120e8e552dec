import type { Dataset } from "./dataset.ts";
import { bytesPerElement, piecesOf } from "./storage.ts";

/** A number for the bytes of each row: equal for equal rows, and for others all but certainly not (53 bits, FNV-1a). */
export function rowKeys({ storage }: Dataset): Float64Array {
  const length = storage.size * bytesPerElement(storage.type);
  const keys = new Float64Array(storage.examples);
  for (const { start, end, rows } of piecesOf(storage)) {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    for (let row = start; row < end; row++)
      keys[row] = keyOf(bytes.subarray((row - start) * length, (row - start + 1) * length));
  }
  return keys;
}

function keyOf(bytes: Uint8Array): number {
  let low = 0x811c9dc5;
  let high = 0x1234567;
  for (let at = 0; at < bytes.length; at++) {
    low = Math.imul(low ^ bytes[at]!, 0x01000193);
    high = Math.imul(high ^ bytes[at]!, 0x85ebca6b) + 0x9e37;
  }
  return (low >>> 0) * 2 ** 21 + ((high ^ (high >>> 13)) & 0x1fffff);
}
