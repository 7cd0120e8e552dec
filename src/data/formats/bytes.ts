import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { isGzip } from "./gunzip.ts";

/** Bytes read from a source at once. */
const BLOCK = 1 << 20;

/** How formats judge a file: its first 4 KiB, decompressed if gzip; fewer where the file is shorter. @throws {DataError} when gzip data are damaged there */
export async function headOf(source: Source, length = 4096): Promise<Uint8Array> {
  const reader = new ByteReader(streamBytes(source));
  try {
    return await reader.take(length);
  } finally {
    await reader.close();
  }
}

/** Whether the content is gzip, which {@link streamBytes} inflates. */
export async function isCompressed(source: Source): Promise<boolean> {
  return isGzip(await source.read(0, Math.min(2, source.size)));
}

/**
 * The content from front to back, inflated if it is gzip; some 1 MiB at a time is in memory, whatever it inflates to.
 *
 * @throws {DataError} when compressed data end early or are damaged
 */
export async function* streamBytes(source: Source): AsyncGenerator<Uint8Array> {
  const plain = blocksOf(source, 0, source.size);
  yield* (await isCompressed(source)) ? inflate(plain, "gzip", source.name) : plain;
}

/** The bytes start ≤ i < end, block by block. */
export async function* blocksOf(source: Source, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += BLOCK) yield await source.read(at, Math.min(end, at + BLOCK));
}

/** Inflates as it goes; checksums of gzip are verified at the end. @throws {DataError} when data are damaged */
export async function* inflate(
  blocks: AsyncIterable<Uint8Array>,
  format: "gzip" | "deflate-raw",
  name: string,
): AsyncGenerator<Uint8Array> {
  const iterator = blocks[Symbol.asyncIterator]();
  const stream = new ReadableStream<BufferSource>({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = stream.pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const kind = format === "gzip" ? "gzip" : "compressed";
    throw new DataError(`${name} has ${kind} data that end early or are damaged: download the file again`, {
      cause,
    });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Takes given numbers of bytes from a stream. */
export class ByteReader {
  private readonly blocks: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(blocks: AsyncIterable<Uint8Array>) {
    this.blocks = blocks[Symbol.asyncIterator]();
  }

  /** @returns the next `length` bytes in memory of their own; fewer at the end of the stream */
  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array[] = [];
    let held = 0;
    while (held < length) {
      if (this.rest.length === 0) {
        const { value, done } = await this.blocks.next();
        if (done) break;
        this.rest = value;
      }
      const part = this.rest.subarray(0, length - held);
      this.rest = this.rest.subarray(part.length);
      parts.push(part);
      held += part.length;
    }
    return joined(parts, held);
  }

  async close(): Promise<void> {
    await this.blocks.return?.();
  }
}

/** The parts one after another, in new memory of `length` bytes, which they fill. */
export function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
