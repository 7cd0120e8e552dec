/** A checksum that a tensor file carries itself, among its facts. */
import { crc32 } from "node:zlib";
import { RunError } from "../common/errors.ts";
import { FileFacts, numberText } from "../files/file-facts.ts";
import { byName, encodeSafetensors, type TensorFile } from "../files/safetensors.ts";
import type { ParsedTensorFile } from "../files/safetensors-parser.ts";

const CHECKSUM = "checksum";

export function withChecksum(file: TensorFile): TensorFile {
  return { ...file, metadata: new Map([...file.metadata, [CHECKSUM, numberText(checksum(file))]]) };
}

export function hasChecksum({ metadata }: TensorFile): boolean {
  return metadata.has(CHECKSUM);
}

/** @param path names the file in messages @throws {RunError} when a byte of the file is not as it was written */
export function requireChecksum(path: string, file: ParsedTensorFile): void {
  // Names and shapes are not in the checksum, but the same tensors always have the same header.
  const [header] = encodeSafetensors(file);
  const isWritten = Buffer.compare(header!, file.header) === 0;
  if (!isWritten || new FileFacts(path, file.metadata).number(CHECKSUM) !== checksum(file))
    throw new RunError(`${path} is damaged: its checksum does not fit its contents`);
}

/** CRC-32 over all other facts, then all values, each in the order of their names. */
function checksum({ tensors, metadata }: TensorFile): number {
  const facts = [...metadata].filter(([name]) => name !== CHECKSUM).sort(byName);
  const values = [...tensors].sort(byName).map(([, { data }]) => data);
  return values.reduce<number>((sum, data) => crc32(data, sum), crc32(JSON.stringify(facts)));
}
