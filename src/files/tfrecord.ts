import crc32c from "crc-32/crc32c.js";

const MASK_DELTA = 0xa282ead8;
const LENGTH_BYTES = 8;
const CHECKSUM_BYTES = 4;

/**
 * CRC-32C, masked so that checksums of data that hold checksums stay sound
 * (https://www.tensorflow.org/tutorials/load_data/tfrecord).
 */
function maskedChecksum(data: Uint8Array): number {
  const sum = crc32c.buf(data);
  return (((sum >>> 15) | (sum << 17)) + MASK_DELTA) >>> 0;
}

/** A record in TFRecord framing: length (uint64), its checksum, the data, their checksum; all little-endian. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const dataStart = LENGTH_BYTES + CHECKSUM_BYTES;
  const bytes = new Uint8Array(dataStart + data.length + CHECKSUM_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(LENGTH_BYTES, maskedChecksum(bytes.subarray(0, LENGTH_BYTES)), true);
  bytes.set(data, dataStart);
  view.setUint32(dataStart + data.length, maskedChecksum(data), true);
  return bytes;
}
