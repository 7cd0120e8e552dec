import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { arrayReading, product } from "./array-reading.ts";
import { BYTES_OF } from "./binary-values.ts";
import { headOf, isCompressed, streamBytes } from "./bytes.ts";
import type { Format, Reading } from "./format.ts";
import { mostInflated } from "./gunzip.ts";
import { LONGEST_IDX_HEADER, looksLikeIdx, parseIdxHeader } from "./idx.ts";

/**
 * IDX, the format of MNIST: one array, plain or gzip, of any size. It takes no options.
 * Limits: examples of at most three axes, channels last, and at most 256 MiB; labels lie in files of their own.
 */
export const idxFormat: Format = {
  name: "idx",
  title: "IDX",
  recognises: (head) => looksLikeIdx(head) && head[2]! >= 0x08 && head[2]! <= 0x0e && head[3]! > 0,
  open: openIdx,
};

async function openIdx(source: Source): Promise<Reading> {
  const file = source.name;
  const header = parseIdxHeader(await headOf(source, LONGEST_IDX_HEADER), file);
  const { encoding, shape, headerBytes } = header;
  const compressed = await isCompressed(source);
  const promised = headerBytes + product(shape) * BYTES_OF[encoding.type];
  const most = compressed ? mostInflated({ length: source.size }) : source.size;
  if (promised > most) {
    const held = compressed ? `its ${source.size} compressed bytes cannot hold so many` : `holds ${most}`;
    throw new DataError(
      `${file} promises ${shape.join("×")} values, ${promised} bytes, but ${held}: download the file again`,
    );
  }
  if (!compressed && promised < source.size) {
    throw new DataError(
      `${file} promises ${promised} bytes, but more follow: it was damaged or wrongly written`,
    );
  }
  const { type } = encoding;
  return arrayReading({ file, type, bigEndian: true, shape, headerBytes, stream: () => streamBytes(source) });
}
