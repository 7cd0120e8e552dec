import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../../common/errors.ts";
import { memorySource } from "../source.ts";
import { headOf } from "./bytes.ts";
import { csvFormat } from "./csv.ts";
import type { Format, ReadColumn, ReadOptions } from "./format.ts";
import { idxFormat } from "./idx-format.ts";
import { jsonLinesFormat } from "./json-lines.ts";
import { fileFormats } from "./known-formats.ts";
import { matrixMarketFormat } from "./matrix-market.ts";
import { nodeHdf5 } from "./node-hdf5.ts";
import { npyFormat } from "./npy.ts";
import { npzFormat } from "./npz.ts";
import { parquetFormat } from "./parquet.ts";
import { sharpDecoder } from "./sharp-decoder.ts";
import { bytesOf, everything, readAll, referenceFile } from "./testing/read-all.ts";

const TABLE = Array.from({ length: 5 }, (_, i) => [10 * i, 10 * i + 1, 10 * i + 2]);

interface Case {
  readonly format: Format;
  /** Of `testing/files`. */
  readonly files: readonly string[];
  readonly rows?: readonly (readonly number[])[];
  readonly labels?: readonly (string | undefined)[];
  readonly columns?: readonly ReadColumn[];
  readonly options?: ReadOptions;
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

/** 2024-05-31 and its like in seconds, from `date --utc +%s`. */
const SEEN = [1717113600, -86400, 951782400, 1704067200, 1704153600, Number.NaN];
const COLOURS = ["blue, light", "grün", "red", 'the "best"'];
const ANIMALS = [
  [1.5, 4, 1, 2],
  [2.25, 2, 0, 1],
  [Number.NaN, 0, 1, 0],
  [-3e-7, 4, 1, 2],
  [12345678.9, 8, 0, 3],
  [0.1, 2, 0, Number.NaN],
].map((row, i) => [...row, SEEN[i]!]);
const ANIMAL_TABLE = {
  rows: ANIMALS,
  labels: ["a", "b", "a", undefined, "b", "a"],
  shape: [5],
  options: { label: "kind" },
  columns: [
    { name: "height", kind: "real" },
    { name: "legs", kind: "count" },
    { name: "tame", kind: "binary" },
    { name: "colour", kind: "categorical", categories: COLOURS },
    { name: "seen", kind: "date" },
  ],
} satisfies Partial<Case>;
const CSV_FILES = "plain.csv plain.csv.gz semicolon.csv tab.csv utf16.csv latin1.csv windows.csv bom.csv";
const COUNTS = Array.from({ length: 4 }, (_, i) =>
  Array.from({ length: 5 }, (_, j) => ((i + j) % 2 ? 0 : i + j)),
);
const FORMATS = fileFormats({ pictures: sharpDecoder, hdf5: nodeHdf5 });
const h5ad = FORMATS.find(({ name }) => name === "h5ad")!;
const CELLS: Omit<Case, "files"> = {
  format: h5ad,
  rows: COUNTS,
  shape: [5],
  labels: ["a", "b", undefined, "a"],
  options: { label: "kind" },
  columns: Array.from("ABCDE", (name) => ({ name, kind: "count" })),
};
const TABLES: readonly Case[] = [
  { ...CELLS, files: ["dense.h5ad", "csr.h5ad", "csc.h5ad"] },
  {
    ...CELLS,
    files: ["csr.h5ad", "csc.h5ad"],
    rows: COUNTS.map((row) => row.map((value) => 2 * value)),
    options: { label: "kind", layer: "double" },
  },
  { format: csvFormat, files: CSV_FILES.split(" "), ...ANIMAL_TABLE },
  {
    format: matrixMarketFormat,
    files: ["by-row.mtx", "by-row.mtx.gz", "by-column.mtx"],
    rows: COUNTS,
    shape: [5],
  },
  { format: jsonLinesFormat, files: ["lines.jsonl"], ...ANIMAL_TABLE },
  {
    format: parquetFormat,
    files: ["snappy", "gzip", "zstd", "brotli", "lz4", "none"].map((each) => `${each}.parquet`),
    ...ANIMAL_TABLE,
  },
];

const FILES = [...CASES, ...TABLES].flatMap((each) => each.files.map((file) => ({ ...each, file })));

describe.each(FILES)(
  "$format.name reads $file",
  ({ format, file, rows, labels, shape, columns, options }) => {
    it("as its reference tool wrote it", async () => {
      const reading = await format.open(referenceFile(file), options ?? {});
      expect(reading.columns).toEqual(columns);
      const read = await everything(reading);
      expect(read.rows).toEqual(rows ?? TABLE);
      expect(read.shape).toEqual(shape ?? [3]);
      expect(read.labels).toEqual(labels ?? []);
    });

    it("twice alike, and leaves it as it was", async () => {
      const source = referenceFile(file);
      const before = (await bytesOf(source)).slice();
      const reading = await format.open(source, options ?? {});
      expect(await everything(reading)).toEqual(await everything(reading));
      expect(await bytesOf(source)).toEqual(before);
    });

    it("and recognises it under a wrong name, alone of all formats", async () => {
      const head = await headOf(referenceFile(file));
      expect(FORMATS.filter((each) => each.recognises(head, "picture.png"))).toEqual([format]);
    });

    it.skipIf(["csv", "jsonl", "mtx"].includes(format.name))(
      "and refuses it cut off anywhere with a sentence that names it",
      async () => {
        const whole = await bytesOf(referenceFile(file));
        for (const length of [0, 1, 3, 9, whole.length >> 1, whole.length - 1]) {
          const cut = memorySource("cut", whole.subarray(0, length));
          await expect(readAll(format, cut, options), `${length} bytes`).rejects.toThrow(/^cut\b.+/);
          await expect(readAll(format, cut, options), `${length} bytes`).rejects.toThrow(DataError);
        }
      },
    );

    it("and ends with a DataError or not at all when any byte is another", async () => {
      const whole = await bytesOf(referenceFile(file));
      for (let at = 0; at < whole.length; at += Math.max(1, whole.length >> 7)) {
        const changed = whole.slice();
        changed[at]! ^= 0x55;
        await readAll(format, memorySource("changed", changed), options).catch((error) => {
          expect(error, `byte ${at}: ${error.stack}`).toBeInstanceOf(DataError);
        });
      }
    });
  },
);

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
  readonly options?: ReadOptions;
  readonly message: RegExp;
}

const text = (content: string) => new TextEncoder().encode(content);
const manyRows = (stray: string) =>
  text(["a,b", ...Array.from({ length: 200 }, (_, i) => `${i / 7},2.5`), stray].join("\n"));
const CSV_WRONG: readonly Omit<Wrong, "format">[] = [
  { what: "no bytes", bytes: text(""), message: /^bad is empty/ },
  { what: "a header alone", bytes: text("a,b\n"), message: /no rows|no columns/ },
  {
    what: "too few fields",
    bytes: text("a,b\n1,2\n3\n"),
    message: /^bad: row 3 \(the header is row 1\) has 1 field where the first row has 2/,
  },
  { what: "too many fields", bytes: text("a,b\n1,2\n3,4,5\n"), message: /row 3 .* has 3 fields/ },
  { what: "a quote that never closes", bytes: text('a,b\n1,"2\n3,4\n'), message: /row 2 .*never closes/ },
  { what: "text after a quote", bytes: text('a,b\n1,"2"3\n'), message: /row 2 .*after a closing quote/ },
  { what: "one name twice", bytes: text("a,b,a\n1,2,3\n"), message: /columns 1 and 3 are both named 'a'/ },
  { what: "a column without a name", bytes: text("a,,b\n1,2,3\n"), message: /column 2 has no name/ },
  { what: "an infinity", bytes: text("a,b\n1,2\n3,inf\n"), message: /row 3 .*column 'b' is Infinity/ },
  {
    what: "a value beyond single precision",
    bytes: text("a,b\n1,2\n-1e39,3\n"),
    message: /row 3 .*column 'a' is -1e\+39, beyond/,
  },
  {
    what: "a text among numbers",
    bytes: manyRows("12,oops"),
    message: /row 202 .*column 'b' is 'oops' where 200 others are numbers/,
  },
  { what: "zero bytes", bytes: Uint8Array.of(97, 44, 98, 10, 1, 0, 0, 0, 7, 44), message: /no text/ },
  { what: "empty columns only", bytes: text("a,b\n,\n,\n"), message: /no columns with values.*'a' is empty/ },
  {
    what: "a damaged gzip file",
    bytes: async () => (await file("plain.csv.gz")).subarray(0, 150),
    message: /end early or are damaged/,
  },
];

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

const parquet = (edit: (bytes: Uint8Array) => Uint8Array) => async () =>
  edit((await file("none.parquet")).slice());
const MORE_WRONG: readonly Wrong[] = [
  ...[
    { what: "no bytes", bytes: text(""), message: /^bad is empty/ },
    { what: "a cut line", bytes: text('{"a": 1}\n{"a": 2'), message: /^bad: line 2 is no JSON/ },
    { what: "a nested value", bytes: text('{"a": 1}\n{"a": [2]}'), message: /line 2, 'a' is nested/ },
    { what: "a single value", bytes: text('{"a": 1}\n5'), message: /line 2 is a single value/ },
    { what: "ragged arrays", bytes: text("[1, 2]\n[1]"), message: /line 2 has an array of 1/ },
    { what: "arrays among objects", bytes: text('{"a": 1}\n[1]'), message: /line 2 has an array/ },
    { what: "objects among arrays", bytes: text('[1]\n{"a": 1}'), message: /line 2 has an object/ },
    {
      what: "a value beyond single precision",
      bytes: text('{"a": 1}\n{"a": 1e99}'),
      message: /row 2 .*column 'a' is 1e\+99/,
    },
    { what: "empty objects", bytes: text("{}\n{}"), message: /no columns/ },
  ].map((each) => ({ ...each, format: jsonLinesFormat })),
  ...[
    { what: "a signature alone", bytes: text("PAR1"), message: /^bad has 4 bytes/ },
    {
      what: "its first half",
      bytes: parquet((b) => b.subarray(0, b.length >> 1)),
      message: /damaged Parquet file/,
    },
    { what: "its last byte gone", bytes: parquet((b) => b.subarray(0, -1)), message: /damaged Parquet file/ },
    {
      what: "a footer longer than the file",
      bytes: parquet((b) => b.fill(255, b.length - 8, b.length - 5)),
      message: /damaged Parquet file/,
    },
    {
      what: "zeros for a footer",
      bytes: parquet((b) => b.fill(0, b.length - 200, b.length - 8)),
      message: /^bad .*damaged|^bad promises/,
    },
    { what: "zeros for pages", bytes: parquet((b) => b.fill(0, 4, 60)), message: /damaged Parquet file/ },
    {
      what: "an infinity",
      bytes: () => file("infinite.parquet"),
      message: /^bad: row 1 .*column 'a' is Infinity/,
    },
    {
      what: "nested columns",
      bytes: () => file("nested.parquet"),
      message: /column '.*' (is nested|holds lists)/,
    },
  ].map((each) => ({ ...each, format: parquetFormat })),
];

const mtx = (...lines: string[]) =>
  text(["%%MatrixMarket matrix coordinate integer general", ...lines, ""].join("\n"));
const MTX_WRONG: readonly Wrong[] = [
  { what: "no bytes", bytes: text(""), message: /^bad ends before its size line/ },
  { what: "no sizes", bytes: mtx("% comment"), message: /ends before its size line/ },
  {
    what: "another kind",
    bytes: text("%%MatrixMarket matrix array complex general\n1 1"),
    message: /of kind 'array complex general'/,
  },
  { what: "damaged sizes", bytes: mtx("2 x 1"), message: /size line '2 x 1'/ },
  {
    what: "more entries than it can hold",
    bytes: mtx("2 2 99999999999", "1 1 1"),
    message: /which it cannot hold/,
  },
  {
    what: "fewer entries than promised",
    bytes: mtx("2 2 2", "1 1 1"),
    message: /promises 2 entries and has 1/,
  },
  {
    what: "more entries than promised",
    bytes: mtx("2 2 1", "1 1 1", "2 2 2"),
    message: /line 4 comes after the 1 entries/,
  },
  {
    what: "a place outside",
    bytes: mtx("2 2 1", "3 1 1"),
    message: /line 3 is '3 1 1'; it is a row up to 2/,
  },
  { what: "a ragged line", bytes: mtx("2 2 1", "1 1"), message: /line 3 is '1 1'/ },
  { what: "a text", bytes: mtx("2 2 1", "1 1 one"), message: /line 3 has the value 'one'/ },
  { what: "an infinity", bytes: mtx("2 2 1", "1 1 1e99"), message: /line 3 has the value 1e\+99, beyond/ },
  {
    what: "a damaged gzip file",
    bytes: async () => (await file("by-row.mtx.gz")).subarray(0, 60),
    message: /end early or are damaged/,
  },
].map((each) => ({ ...each, format: matrixMarketFormat }));

const H5AD_WRONG = [
  { what: "no bytes", bytes: text(""), message: /^bad .*\.h5ad/ },
  {
    what: "a signature alone",
    bytes: async () => (await file("csr.h5ad")).subarray(0, 8),
    message: /^bad is damaged/,
  },
  {
    what: "its first half",
    bytes: async () => (await file("csr.h5ad")).subarray(0, 9000),
    message: /^bad is damaged/,
  },
  {
    what: "an unknown layer",
    bytes: () => file("csr.h5ad"),
    options: { layer: "x" },
    message: /no layer 'x'; it has double/,
  },
  {
    what: "an unknown label",
    bytes: () => file("csr.h5ad"),
    options: { label: "x" },
    message: /obs has no column 'x'; it has kind/,
  },
].map((each) => ({ ...each, format: h5ad }));

const ALL_WRONG: readonly Wrong[] = [
  ...H5AD_WRONG,
  ...MTX_WRONG,
  ...MORE_WRONG,
  ...WRONG,
  ...CSV_WRONG.map((each) => ({ ...each, format: csvFormat })),
];

describe.each(ALL_WRONG)("$format.name with $what", ({ format, bytes, message, options }) => {
  it("is refused by a sentence", async () => {
    const source = memorySource("bad", typeof bytes === "function" ? await bytes() : bytes);
    const read = readAll(format, source, options);
    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(message);
  });
});
