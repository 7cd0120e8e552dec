import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { RunError } from "../common/errors.ts";
import type { Digest } from "./atomic.ts";
import { writeFileAtomic } from "./atomic.ts";
import { fileError } from "./file-error.ts";
import { encodeSafetensors, type TensorFile } from "./safetensors.ts";
import { type ParsedTensorFile, parseSafetensors } from "./safetensors-parser.ts";

/** A file as it was read, and what its bytes are known by. */
interface ReadTensorFile extends ParsedTensorFile {
  readonly digest: Digest;
}

/**
 * Reads a safetensors file, from its first byte to its last.
 * @throws {RunError} when the file cannot be read, is cut off or damaged, or has elements of an unknown type
 */
export async function readSafetensors(path: string): Promise<ReadTensorFile> {
  const handle = await open(path, "r").catch((error) => {
    throw fileError(`cannot read ${path}`, error);
  });
  try {
    const { size } = await handle.stat();
    const hash = createHash("sha256");
    const read = async (position: number, length: number) => {
      const bytes = await readBytes(handle, position, length);
      hash.update(bytes);
      return bytes;
    };
    const file = await parseSafetensors(path, { size, read });
    return { ...file, digest: { bytes: size, sha256: hash.digest("hex") } };
  } catch (error) {
    throw error instanceof RunError ? error : fileError(`cannot read ${path}`, error);
  } finally {
    await handle.close();
  }
}

/** @returns fewer bytes where the file ends */
async function readBytes(
  handle: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

/** Written at once or not at all. @throws {RunError} when the system refuses */
export async function writeSafetensors(path: string, file: TensorFile): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(file));
}
