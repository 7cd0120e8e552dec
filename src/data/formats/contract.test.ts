import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../../common/errors.ts";
import { memorySource } from "../source.ts";
import { headOf } from "./bytes.ts";
import type { Format } from "./format.ts";
import { idxFormat } from "./idx-format.ts";
import { npyFormat } from "./npy.ts";
import { npzFormat } from "./npz.ts";
import { bytesOf, everything, readAll, referenceFile } from "./testing/read-all.ts";

const FORMATS: readonly Format[] = [idxFormat, npyFormat, npzFormat];
const TABLE = Array.from({ length: 5 }, (_, i) => [10 * i, 10 * i + 1, 10 * i + 2]);

interface Case {
  readonly format: Format;
  /** Of `testing/files`. */
  readonly files: readonly string[];
  readonly rows?: readonly (readonly number[])[];
  readonly labels?: readonly string[];
  readonly shape?: readonly number[];
}

const NPY_TYPES =
  "uint8 int8 uint16 int16 uint32 int32 uint64 int64 float16 float32 float64 big-endian big-endian-16 fortran";
const CASES: readonly Case[] = [
  { format: idxFormat, files: ["table.idx", "table.idx.gz"] },
  { format: npyFormat, files: NPY_TYPES.split(" ").map((type) => `${type}.npy`) },
  { format: npyFormat, files: ["bool.npy"], rows: TABLE.map((row) => row.map((value) => value % 2)) },
  {
    format: npyFormat,
    files: ["images-fortran.npy"],
    shape: [3, 4, 1],
    rows: [0, 12].map((first) => Array.from({ length: 12 }, (_, i) => first + i)),
  },
  { format: npzFormat, files: ["stored.npz", "deflated.npz"], labels: ["0", "1", "0", "1", "0"] },
];

const FILES = CASES.flatMap((each) => each.files.map((file) => ({ ...each, file })));

describe.each(FILES)("$format.name reads $file", ({ format, file, rows, labels, shape }) => {
  it("as its reference tool wrote it", async () => {
    const read = await readAll(format, referenceFile(file));
    expect(read.rows).toEqual(rows ?? TABLE);
    expect(read.shape).toEqual(shape ?? [3]);
    expect(read.labels).toEqual(labels ?? []);
  });

  it("twice alike, and leaves it as it was", async () => {
    const source = referenceFile(file);
    const before = (await bytesOf(source)).slice();
    const reading = await format.open(source, {});
    expect(await everything(reading)).toEqual(await everything(reading));
    expect(await bytesOf(source)).toEqual(before);
  });

  it("and recognises it under a wrong name, alone of all formats", async () => {
    const head = await headOf(referenceFile(file));
    expect(FORMATS.filter((each) => each.recognises(head, "picture.png"))).toEqual([format]);
  });

  it("and refuses it cut off anywhere with a sentence that names it", async () => {
    const whole = await bytesOf(referenceFile(file));
    for (const length of [0, 1, 3, 9, whole.length >> 1, whole.length - 1]) {
      const cut = memorySource("cut", whole.subarray(0, length));
      await expect(readAll(format, cut), `${length} bytes`).rejects.toThrow(/^cut\b.+/);
      await expect(readAll(format, cut), `${length} bytes`).rejects.toThrow(DataError);
    }
  });

  it("and ends with a DataError or not at all when any byte is another", async () => {
    const whole = await bytesOf(referenceFile(file));
    for (let at = 0; at < whole.length; at += Math.max(1, whole.length >> 7)) {
      const changed = whole.slice();
      changed[at]! ^= 0x55;
      await readAll(format, memorySource("changed", changed)).catch((error) => {
        expect(error, `byte ${at}: ${error.stack}`).toBeInstanceOf(DataError);
      });
    }
  });
});

const npy = (header: string, ...values: number[]) => {
  const text = `${header}\n`;
  const prefix = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length & 255, text.length >> 8];
  const data = new Uint8Array(Float64Array.from(values).buffer);
  return Uint8Array.of(...prefix, ...new TextEncoder().encode(text), ...data);
};
const npyOf = (shape: string, ...values: number[]) =>
  npy(`{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`, ...values);
const idx = (...bytes: number[]) => Uint8Array.of(0, 0, ...bytes);

interface Wrong {
  readonly format: Format;
  readonly what: string;
  readonly bytes: Uint8Array | (() => Promise<Uint8Array>);
  readonly message: RegExp;
}

const file = async (name: string) => bytesOf(referenceFile(name));
const WRONG: readonly Wrong[] = [
  {
    format: idxFormat,
    what: "more bytes than promised",
    bytes: idx(8, 2, 0, 0, 0, 1, 0, 0, 0, 1, 5, 6),
    message: /more follow/,
  },
  {
    format: idxFormat,
    what: "a size it cannot hold",
    bytes: idx(8, 2, 255, 255, 255, 255, 255, 255, 255, 255, 5),
    message: /^bad promises 4294967295×4294967295/,
  },
  {
    format: idxFormat,
    what: "a compressed size it cannot hold",
    bytes: gzipSync(idx(8, 2, 127, 255, 255, 255, 0, 0, 1, 0, 5)),
    message: /compressed bytes cannot hold/,
  },
  { format: idxFormat, what: "an unknown type", bytes: idx(0x0a, 1, 0, 0, 0, 1, 5), message: /type code 0a/ },
  { format: idxFormat, what: "labels", bytes: idx(8, 1, 0, 0, 0, 2, 5, 6), message: /as label files do/ },
  {
    format: idxFormat,
    what: "no examples",
    bytes: idx(8, 2, 0, 0, 0, 0, 0, 0, 0, 1),
    message: /must be above 0/,
  },
  {
    format: idxFormat,
    what: "an infinity",
    bytes: idx(0x0d, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0x7f, 0x80, 0, 0),
    message: /row 0, column 0 .*Infinity/,
  },
  {
    format: idxFormat,
    what: "a wrong checksum",
    bytes: async () =>
      (await file("table.idx.gz")).map((byte, i, all) => (i === all.length - 7 ? byte ^ 1 : byte)),
    message: /end early or are damaged/,
  },
  { format: npyFormat, what: "objects", bytes: () => file("objects.npy"), message: /Python objects/ },
  {
    format: npyFormat,
    what: "complex numbers",
    bytes: () => file("complex.npy"),
    message: /values of type <c8/,
  },
  {
    format: npyFormat,
    what: "an infinity",
    bytes: npyOf("(2, 1)", 0, Number.NEGATIVE_INFINITY),
    message: /^bad: row 1, column 0 .* is -Infinity/,
  },
  {
    format: npyFormat,
    what: "values beyond single precision",
    bytes: npyOf("(1, 2)", 0, 1e39),
    message: /^bad: row 0, column 1 .*3\.4e38/,
  },
  {
    format: npyFormat,
    what: "a size it cannot hold",
    bytes: npyOf("(4000000000, 4000000000)", 1),
    message: /^bad promises 4000000000×4000000000/,
  },
  { format: npyFormat, what: "fewer than it has", bytes: npyOf("(1, 1)", 1, 2), message: /more follow/ },
  { format: npyFormat, what: "single values", bytes: npyOf("(2,)", 1, 2), message: /2 single values/ },
  { format: npyFormat, what: "no values", bytes: npyOf("()", 1), message: /1 single values/ },
  { format: npyFormat, what: "an empty axis", bytes: npyOf("(0, 3)"), message: /must be above 0/ },
  {
    format: npyFormat,
    what: "channels first",
    bytes: npyOf("(1, 2, 2, 2)", ...new Array(8).fill(1)),
    message: /channels last/,
  },
  {
    format: npyFormat,
    what: "a header that is no dictionary",
    bytes: npy("hello"),
    message: /damaged NPY header/,
  },
  {
    format: npzFormat,
    what: "no array",
    bytes: Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0)),
    message: /no arrays/,
  },
];

describe.each(WRONG)("$format.name with $what", ({ format, bytes, message }) => {
  it("is refused by a sentence", async () => {
    const source = memorySource("bad", typeof bytes === "function" ? await bytes() : bytes);
    const read = readAll(format, source);
    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(message);
  });
});
