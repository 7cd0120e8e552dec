import type { Rows } from "../schema.ts";

/** The names that NumPy gives to types, little-endian. */
function descrOf(values: Rows): string {
  if (values instanceof Uint8Array) return "|u1";
  if (values instanceof Int8Array) return "|i1";
  if (values instanceof Int16Array) return "<i2";
  if (values instanceof Int32Array) return "<i4";
  return values instanceof Float32Array ? "<f4" : "<f8";
}

/**
 * An NPY file (NEP 1, version 1).
 *
 * @param shape of the whole array, row-major
 * @param parts its values in order, all of one type, product(shape) together
 */
export async function* npyFile(
  shape: readonly number[],
  parts: AsyncIterable<Rows>,
): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const values of parts) {
    if (isFirst) yield npyHeader(shape, descrOf(values));
    isFirst = false;
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  if (isFirst) yield npyHeader(shape, "<f4");
}

/** Ends at a multiple of 64 bytes, as NumPy aligns the values. */
function npyHeader(shape: readonly number[], descr: string): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = 64 * Math.ceil((10 + text.length + 1) / 64) - 10;
  const bytes = new TextEncoder().encode(`.NUMPY....${text.padEnd(length - 1)}\n`);
  bytes[0] = 0x93;
  bytes.set([1, 0, length & 255, length >> 8], 6);
  return bytes;
}
