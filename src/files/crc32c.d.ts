/** The package describes its main module only; this one has the same functions for the Castagnoli polynomial. */
declare module "crc-32/crc32c.js" {
  const crc32c: {
    /** @returns the checksum as a signed 32-bit integer */
    buf(data: Uint8Array, seed?: number): number;
  };
  export = crc32c;
}
