import * as z from "zod";
import { RunError } from "../common/errors.ts";
import {
  ELEMENTS,
  type ElementName,
  LENGTH_BYTES,
  METADATA,
  type StoredTensor,
  type TensorFile,
} from "./safetensors.ts";

/** The reference implementation's limit on the header. */
const MOST_HEADER_BYTES = 100_000_000;

const wholeNumber = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(wholeNumber),
  data_offsets: z.tuple([wholeNumber, wholeNumber]),
});

type Entry = z.output<typeof entrySchema>;
type Refuse = (problem: string) => RunError;

/** What a file's bytes are read from: `read` gives fewer bytes than asked for only where the file ends. */
interface FileBytes {
  readonly size: number;
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file as it was read. */
export interface ParsedTensorFile extends TensorFile {
  /** Its first bytes: the header's length, and the header. */
  readonly header: Uint8Array;
}

/**
 * Everything the header says is checked against the file's size before memory is taken, which is the header and the
 * values once; the tensors are views of it.
 * @param path names the file in messages
 * @throws {RunError} when the file is cut off or damaged, or has elements of an unknown type
 */
export async function parseSafetensors(path: string, file: FileBytes): Promise<ParsedTensorFile> {
  const refuse: Refuse = (problem) => new RunError(`${path} is not a whole safetensors file: ${problem}`);
  const { size } = file;
  const read = async (position: number, length: number) => {
    const bytes = await file.read(position, length);
    if (bytes.length === length) return bytes;
    throw refuse(`it ends after ${position + bytes.length} bytes, while it was being read`);
  };
  const start = await read(0, Math.min(LENGTH_BYTES, size));
  const length = headerLength(start, size, refuse);
  const dataStart = LENGTH_BYTES + length;
  const json = await read(LENGTH_BYTES, length);
  const { metadata, entries } = parseHeader(json, refuse);
  checkRanges(entries, size - dataStart, refuse);
  const data = await read(dataStart, size - dataStart);
  const tensors = entries.map(([name, entry]) => [name, viewOf(name, entry, data, refuse)] as const);
  const header = new Uint8Array(dataStart);
  header.set(start);
  header.set(json, LENGTH_BYTES);
  return { tensors: new Map(tensors), metadata, header };
}

function headerLength(bytes: Uint8Array<ArrayBuffer>, fileSize: number, refuse: Refuse): number {
  if (bytes.length < LENGTH_BYTES)
    throw refuse(`it has ${fileSize} bytes, but the header's length alone takes ${LENGTH_BYTES}`);
  const length = new DataView(bytes.buffer).getBigUint64(0, true);
  const most = Math.min(fileSize - LENGTH_BYTES, MOST_HEADER_BYTES);
  if (length > BigInt(most))
    throw refuse(`its header claims ${length} bytes, but can have at most ${most} in a file of ${fileSize}`);
  return Number(length);
}

function parseHeader(bytes: Uint8Array, refuse: Refuse) {
  const { [METADATA]: facts = {}, ...described } = objectOf(parseJson(bytes), () =>
    refuse("its header is not a JSON object"),
  );
  const metadata = Object.entries(objectOf(facts, () => refuse(`${METADATA} is not an object`)));
  for (const [key, value] of metadata)
    if (typeof value !== "string") throw refuse(`${METADATA} has ${key} that is not a string`);
  const entries = Object.entries(described).map(([name, value]): [string, Entry] => {
    const entry = z.safeParse(entrySchema, value);
    if (entry.success) return [name, entry.data];
    throw refuse(`tensor ${name} is not described by dtype, shape and data_offsets`);
  });
  return { metadata: new Map(metadata as [string, string][]), entries };
}

/** @returns undefined, which JSON does not have, for anything else */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown, refusal: () => RunError): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refusal();
  return value as Record<string, unknown>;
}

/** The tensors must cover the values from first to last byte, without gap or overlap. */
function checkRanges(entries: readonly [string, Entry][], dataBytes: number, refuse: Refuse): void {
  const inOrder = entries
    .map(
      ([
        name,
        {
          data_offsets: [start, end],
        },
      ]) => ({ name, start, end }),
    )
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let expected = 0;
  for (const { name, start, end } of inOrder) {
    if (start !== expected || end < start)
      throw refuse(`tensor ${name} has bytes ${start} to ${end}, but should begin at byte ${expected}`);
    expected = end;
  }
  if (expected !== dataBytes)
    throw refuse(`its tensors take ${expected} bytes, but ${dataBytes} bytes follow the header`);
}

function viewOf(name: string, entry: Entry, data: Uint8Array<ArrayBuffer>, refuse: Refuse): StoredTensor {
  const { dtype, shape } = entry;
  const [start, end] = entry.data_offsets;
  if (!Object.hasOwn(ELEMENTS, dtype))
    throw refuse(
      `tensor ${name} is of type ${dtype}, but only ${Object.keys(ELEMENTS).join(", ")} can be read`,
    );
  const Elements = ELEMENTS[dtype as ElementName];
  const width = Elements.BYTES_PER_ELEMENT;
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements * width !== end - start)
    throw refuse(
      `tensor ${name} of type ${dtype} and shape [${shape.join(", ")}] has ${end - start} bytes, ` +
        `but needs ${elements * width}`,
    );
  const [buffer, offset] = start % width === 0 ? [data.buffer, start] : [data.slice(start, end).buffer, 0];
  return { shape, data: new Elements(buffer, offset, (end - start) / width) };
}
