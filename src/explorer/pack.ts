import { unzlibSync, zlibSync } from "fflate";
import { DataError } from "../common/errors.ts";

/** Typed arrays that a pack may hold, by the name that stands in it. */
const TYPES = { u8: Uint8Array, i8: Int8Array, u16: Uint16Array, i32: Int32Array, f32: Float32Array };
type TypeName = keyof typeof TYPES;
export type Section = InstanceType<(typeof TYPES)[TypeName]>;
export type Sections = Readonly<Record<string, Section>>;

interface Entry {
  readonly name: string;
  readonly type: TypeName;
  readonly offset: number;
  readonly length: number;
}

const ALIGNMENT = 8;

/**
 * One deflated piece: a header of JSON with the manifest and where the sections lie, then the sections.
 * @param options.level of the deflation: 1 is quick, 6 is small
 */
export function pack(
  manifest: object,
  sections: Sections,
  { level = 6 }: { readonly level?: 1 | 6 } = {},
): Uint8Array<ArrayBuffer> {
  const entries: Entry[] = [];
  let offset = 0;
  for (const [name, values] of Object.entries(sections)) {
    entries.push({ name, type: typeOf(values), offset, length: values.length });
    offset = aligned(offset + values.byteLength);
  }
  const header = new TextEncoder().encode(JSON.stringify({ manifest, entries }));
  const start = aligned(4 + header.length);
  const bytes = new Uint8Array(start + offset);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  for (const { name, offset: at } of entries) {
    const { buffer, byteOffset, byteLength } = sections[name]!;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + at);
  }
  return zlibSync(bytes, { level }) as Uint8Array<ArrayBuffer>;
}

/** @throws {DataError} when it is not a whole pack */
export function unpack<M>(packed: Uint8Array): { manifest: M; sections: Sections } {
  try {
    const bytes = unzlibSync(packed);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const { manifest, entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    const start = aligned(4 + length);
    const sections = (entries as Entry[]).map(({ name, type, offset, length: count }) => {
      const end = start + offset + count * TYPES[type].BYTES_PER_ELEMENT;
      return [name, new TYPES[type](bytes.slice(start + offset, end).buffer)] as const;
    });
    return { manifest, sections: Object.fromEntries(sections) };
  } catch (error) {
    throw new DataError("the packed model is damaged: export it again", { cause: error });
  }
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function typeOf(values: Section): TypeName {
  return (Object.keys(TYPES) as TypeName[]).find((name) => values instanceof TYPES[name])!;
}
