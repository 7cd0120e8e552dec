import { type FileHandle, open } from "node:fs/promises";
import { RunError } from "../common/errors.ts";
import { fileError } from "./file-error.ts";
import type { TensorFile } from "./safetensors.ts";
import { parseSafetensors } from "./safetensors-parser.ts";

/**
 * Reads a safetensors file.
 * @throws {RunError} when the file cannot be read, is cut off or damaged, or has elements of an unknown type
 */
export async function readSafetensors(path: string): Promise<TensorFile> {
  const handle = await open(path, "r").catch((error) => {
    throw fileError(`cannot read ${path}`, error);
  });
  try {
    const { size } = await handle.stat();
    const read = (position: number, length: number) => readBytes(handle, position, length);
    return await parseSafetensors(path, { size, read });
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
