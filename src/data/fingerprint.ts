import type { Dataset } from "./dataset.ts";

const PIECE_BYTES = 4 << 20;

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
  const lines = [`${rows[Symbol.toStringTag]} ${shape.join("x")} / ${divisor}`];
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    lines.push(await sha256(bytes.slice(start, start + PIECE_BYTES)));
  }
  return sha256(new TextEncoder().encode(lines.join("\n")));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
