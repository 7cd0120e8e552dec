/** A checksum that a tensor file carries itself, among its facts. */
import { crc32 } from "node:zlib";
import { RunError } from "../common/errors.ts";
import { FileFacts, numberText } from "../files/file-facts.ts";
import { byName, encodeSafetensors, type TensorFile } from "../files/safetensors.ts";
import type { ParsedTensorFile } from "../files/safetensors-parser.ts";

const CHECKSUM = "checksum";
/** Of names and shapes. Files of version 0.1 have none: there the model's layout tells. */
const NAMES_CHECKSUM = "checksum.names";

export function withChecksum(file: TensorFile): TensorFile {
  const metadata = new Map([...file.metadata, [NAMES_CHECKSUM, numberText(namesChecksum(file))]]);
  const sum = checksum({ ...file, metadata });
  return { ...file, metadata: metadata.set(CHECKSUM, numberText(sum)) };
}

export function hasChecksum({ metadata }: TensorFile): boolean {
  return metadata.has(CHECKSUM);
}

/** @param path names the file in messages @throws {RunError} when a byte of the file is not as it was written */
export function requireChecksum(path: string, file: ParsedTensorFile): void {
  const facts = new FileFacts(path, file.metadata);
  // The same tensors and facts always have the same header.
  const [header] = encodeSafetensors(file);
  const isWritten = Buffer.compare(header!, file.header) === 0;
  const fits =
    facts.number(CHECKSUM) === checksum(file) &&
    (!facts.has(NAMES_CHECKSUM) || facts.number(NAMES_CHECKSUM) === namesChecksum(file));
  if (!isWritten || !fits) throw new RunError(`${path} is damaged: its checksum does not fit its contents`);
}

function namesChecksum({ tensors }: TensorFile): number {
  return crc32(JSON.stringify([...tensors].sort(byName).map(([name, { shape }]) => [name, shape])));
}

/** CRC-32 over all other facts, then all values, each in the order of their names. */
function checksum({ tensors, metadata }: TensorFile): number {
  const facts = [...metadata].filter(([name]) => name !== CHECKSUM).sort(byName);
  const values = [...tensors].sort(byName).map(([, { data }]) => data);
  return values.reduce<number>((sum, data) => crc32(data, sum), crc32(JSON.stringify(facts)));
}
