import type { Dataset } from "./dataset.ts";

const PIECE_BYTES = 4 << 20;
/** As many threads hash. */
const PIECES_AT_ONCE = 2;

/**
 * Tells one dataset from another: two are equal in fingerprint when element type, shape of an example,
 * divisor and values are the same. Names, splits and labels do not count.
 *
 * The SHA-256 of a text: one line for type, shape and divisor, then one for the SHA-256 of each 4 MiB of
 * values. Hashing in pieces keeps the copies small that the interface shared by Node and browsers makes.
 *
 * @returns 64 hexadecimal digits.
 */
export async function fingerprint(data: Dataset): Promise<string> {
  const { rows, shape, divisor } = data;
  const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  const pieces = Math.ceil(bytes.length / PIECE_BYTES);
  const hashes: string[] = [];
  for (let first = 0; first < pieces; first += PIECES_AT_ONCE) {
    const together = Array.from({ length: Math.min(PIECES_AT_ONCE, pieces - first) }, (_, index) => {
      const start = (first + index) * PIECE_BYTES;
      return sha256(bytes.subarray(start, start + PIECE_BYTES));
    });
    hashes.push(...(await Promise.all(together)));
  }
  const header = `${rows[Symbol.toStringTag]} ${shape.join("x")} / ${divisor}`;
  return sha256(new TextEncoder().encode([header, ...hashes].join("\n")));
}

async function sha256(bytes: Uint8Array): Promise<string> {
  // The interface copies what it is given, but takes no view of shared memory.
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", own));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
