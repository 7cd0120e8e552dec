/**
 * The safetensors format (https://github.com/huggingface/safetensors): the header's length as a little-endian
 * uint64, a JSON header of names, types, shapes and byte ranges, then the tensors' values, little-endian, without gaps.
 */

/** Element types of the format that vaekit knows, and the arrays that hold them. */
export const ELEMENTS = {
  F64: Float64Array,
  I64: BigInt64Array,
  F32: Float32Array,
  I32: Int32Array,
  U8: Uint8Array,
} as const;

export type ElementName = keyof typeof ELEMENTS;
type TensorValues = Float64Array | BigInt64Array | Float32Array | Int32Array | Uint8Array;

export interface StoredTensor {
  readonly shape: readonly number[];
  /** Row-major; the array's class is the element type. */
  readonly data: TensorValues;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Any facts, as strings. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The header's key for the facts; no tensor may have this name. */
export const METADATA = "__metadata__";
export const LENGTH_BYTES = 8;
/** The values begin at a multiple of this, so that a file mapped into memory can be read in place. */
const ALIGNMENT = 8;

export function elementName(data: TensorValues): ElementName {
  const names = Object.keys(ELEMENTS) as ElementName[];
  return names.find((name) => data instanceof ELEMENTS[name])!;
}

/** By code unit: the same order everywhere. */
export function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The parts of a file, in order: the header, then the tensors' own memory, uncopied. The same tensors and metadata
 * give the same bytes, whatever order they come in: wide elements first, which keeps all aligned, then by name.
 */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array[] {
  const ordered = [...tensors]
    .sort(byName)
    .sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const entries = metadata.size > 0 ? [entry(METADATA, Object.fromEntries([...metadata].sort(byName)))] : [];
  let offset = 0;
  for (const [name, { shape, data }] of ordered) {
    const range = [offset, offset + data.byteLength];
    entries.push(entry(name, { dtype: elementName(data), shape, data_offsets: range }));
    offset += data.byteLength;
  }
  return [headerBytes(`{${entries.join()}}`), ...ordered.map(([, { data }]) => bytesOf(data))];
}

function entry(name: string, value: object): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function headerBytes(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil((LENGTH_BYTES + text.length) / ALIGNMENT) * ALIGNMENT - LENGTH_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, LENGTH_BYTES);
  return bytes;
}

function bytesOf(data: TensorValues): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
