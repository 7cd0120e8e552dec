import type { Dataset } from "./dataset.ts";
import { piecesOf, type Storage } from "./storage.ts";

const PIECE_BYTES = 4 << 20;
/** Number of pieces hashed in parallel. */
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
export async function fingerprint({ storage, shape, divisor }: Dataset): Promise<string> {
  const hashes: string[] = [];
  let together: Uint8Array[] = [];
  const hash = async () => {
    hashes.push(...(await Promise.all(together.map(sha256))));
    together = [];
  };
  for (const piece of bytesOf(storage)) {
    together.push(piece);
    if (together.length === PIECES_AT_ONCE) await hash();
  }
  await hash();
  const header = `${storage.type} ${shape.join("x")} / ${divisor}`;
  return sha256(new TextEncoder().encode([header, ...hashes].join("\n")));
}

/** Tells one list of class indices from another. @returns 64 hexadecimal digits */
export async function labelsFingerprint(labels: ArrayLike<number>): Promise<string> {
  const indices = Int32Array.from(labels);
  return sha256(new Uint8Array(indices.buffer));
}

/** The bytes of all values in pieces of 4 MiB, the last one smaller. */
function* bytesOf(storage: Storage): Generator<Uint8Array> {
  let rest = new Uint8Array(0);
  for (const { rows } of piecesOf(storage)) {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    let at = 0;
    if (rest.length > 0) {
      at = PIECE_BYTES - rest.length;
      rest = joined(rest, bytes.subarray(0, at));
      if (rest.length < PIECE_BYTES) continue;
      yield rest;
    }
    for (; at + PIECE_BYTES <= bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
    rest = bytes.slice(at);
  }
  if (rest.length > 0) yield rest;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  // The interface copies what it is given, but takes no view of shared memory.
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", own));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
