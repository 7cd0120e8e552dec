import { DataError } from "../../common/errors.ts";

/** Deflate spends at least two bits on 258 bytes (zlib Technical Details, "Maximum Compression Factor"). */
export const GREATEST_RATIO = 1032;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** How many bytes the gzip data can at most become. */
export function mostInflated(bytes: { readonly length: number }): number {
  return bytes.length * GREATEST_RATIO;
}

/**
 * Inflates the first bytes of gzip data, and no more than `most`, so that a small file cannot fill the memory.
 * The checksum is verified when the content ends before that.
 *
 * @returns the whole content, or its first `most` bytes.
 * @throws {DataError} when the data are damaged or end early, or need more memory than there is.
 */
export async function gunzip(
  bytes: Uint8Array,
  most: number,
  file: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = allocate(Math.min(most, mostInflated(bytes)), file);
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = stream.pipeThrough(new DecompressionStream("gzip")).getReader();
  let filled = 0;
  try {
    while (filled < content.length) {
      const { value, done } = await reader.read();
      if (done) break;
      const part = value.subarray(0, content.length - filled);
      content.set(part, filled);
      filled += part.length;
    }
  } catch (cause) {
    throw new DataError(`${file} is gzip data that end early or are damaged: download the file again`, {
      cause,
    });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return content.subarray(0, filled);
}

function allocate(size: number, file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new DataError(
      `${file} may hold ${size} bytes, more than fit in memory: split it into smaller files`,
      { cause },
    );
  }
}
