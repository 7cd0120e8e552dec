import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { streamBytes } from "./bytes.ts";
import { GREATEST_FLOAT32, reasonAgainst } from "./finite.ts";
import type { Chunk, Format, Reading } from "./format.ts";
import { GREATEST_RATIO } from "./gunzip.ts";
import { linesOf } from "./text.ts";

/** Entries that are handed out at once. */
const CHUNK = 1 << 18;

/** Entries that can be put in order in memory: 12 bytes each. */
const MOST_UNORDERED = 2 ** 27;

/** The shortest line of an entry, "1 1\n". */
const SHORTEST_LINE = 4;

/** What a Matrix Market file (Boisvert, Pozo & Remington 1996) says before its entries. */
interface MatrixHeader {
  readonly rows: number;
  readonly columns: number;
  readonly entries: number;
  readonly isPattern: boolean;
  readonly isInteger: boolean;
}

/**
 * Matrix Market, coordinate format, plain or gzip: real, integer and pattern; rows are examples, sparse. It takes no
 * options. Limits: general matrices only; entries ordered by row stream, others are ordered in memory, at most 2²⁷.
 */
export const matrixMarketFormat: Format = {
  name: "mtx",
  title: "Matrix Market",
  recognises: (head) =>
    new TextDecoder("latin1").decode(head.subarray(0, 14)).toLowerCase() === "%%matrixmarket",
  open: (source) => readMatrix(source, "row"),
};

/** @param examples whether the rows or the columns of the matrix are the examples */
export async function readMatrix(source: Source, examples: "row" | "column"): Promise<Reading> {
  const header = await headerOf(source);
  const byColumn = examples === "column";
  const [count, width] = byColumn ? [header.columns, header.rows] : [header.rows, header.columns];
  const { ordered } = await checkEntries(source, header, byColumn);
  if (!ordered && header.entries > MOST_UNORDERED)
    throw new DataError(
      `${source.name} has ${header.entries} entries that are not ordered by ${examples}; at most 2^27 can be ordered: sort them`,
    );
  const stream = () => (ordered ? entriesOf(source, header, byColumn) : inOrder(source, header, byColumn));
  const notes = ordered ? [] : [`entries are not ordered by ${examples} and are ordered in memory`];
  return {
    shape: [width],
    examples: count,
    notes,
    skipped: [],
    chunks: () => matrixChunks(stream(), count, header),
  };
}

async function headerOf(source: Source): Promise<MatrixHeader> {
  const file = source.name;
  let kind: string[] | undefined;
  for await (const line of linesOf(streamBytes(source))) {
    if (!kind) {
      kind = line.trim().toLowerCase().split(/\s+/);
      if (kind[0] !== "%%matrixmarket")
        throw new DataError(`${file} does not begin by %%MatrixMarket, as such files do`);
      const [, , form, field, symmetry] = kind;
      if (
        form !== "coordinate" ||
        !["real", "integer", "pattern"].includes(field ?? "") ||
        symmetry !== "general"
      )
        throw new DataError(
          `${file} is of kind '${kind.slice(2).join(" ")}'; coordinate real, integer or pattern general can be read`,
        );
      continue;
    }
    if (line.startsWith("%") || line.trim() === "") continue;
    const sizes = line.trim().split(/\s+/).map(Number);
    const [rows, columns, entries] = sizes as [number, number, number];
    if (sizes.length !== 3 || !sizes.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw new DataError(
        `${file} has the size line '${line.slice(0, 60)}'; it is rows, columns and entries`,
      );
    if (rows === 0 || columns === 0)
      throw new DataError(`${file} has ${rows} rows and ${columns} columns; both must be above 0`);
    if (rows >= 2 ** 32 || columns >= 2 ** 32 || entries * SHORTEST_LINE > source.size * GREATEST_RATIO)
      throw new DataError(
        `${file} promises ${rows}×${columns} with ${entries} entries, which it cannot hold: it is damaged`,
      );
    return { rows, columns, entries, isPattern: kind[3] === "pattern", isInteger: kind[3] !== "real" };
  }
  throw new DataError(`${file} ends before its size line: download the file again`);
}

interface Entry {
  readonly example: number;
  readonly feature: number;
  readonly value: number;
}

async function* entriesOf(source: Source, header: MatrixHeader, byColumn: boolean): AsyncGenerator<Entry[]> {
  const { rows, columns, isPattern } = header;
  const fields = isPattern ? 2 : 3;
  let [number, seen] = [0, 0];
  let hasSizes = false;
  let entries: Entry[] = [];
  for await (const line of linesOf(streamBytes(source))) {
    number++;
    if (line.startsWith("%") || line.trim() === "") continue;
    if (!hasSizes) {
      hasSizes = true;
      continue;
    }
    const parts = line.trim().split(/\s+/);
    const [row, column, value] = [Number(parts[0]), Number(parts[1]), isPattern ? 1 : Number(parts[2])];
    const where = `${source.name}: line ${number}`;
    const isPlace =
      Number.isInteger(row) &&
      row > 0 &&
      row <= rows &&
      Number.isInteger(column) &&
      column > 0 &&
      column <= columns;
    if (parts.length !== fields || !isPlace)
      throw new DataError(
        `${where} is '${line.slice(0, 60)}'; it is a row up to ${rows}, a column up to ${columns}${isPattern ? "" : " and a value"}`,
      );
    if (Number.isNaN(value) && !/^[+-]?nan$/i.test(parts[2]!))
      throw new DataError(`${where} has the value '${parts[2]}', which is no number`);
    if (Math.abs(value) > GREATEST_FLOAT32)
      throw new DataError(`${where} has the value ${value}, ${reasonAgainst(value)}`);
    if (++seen > header.entries)
      throw new DataError(
        `${where} comes after the ${header.entries} entries of the header: the file is damaged`,
      );
    entries.push(
      byColumn
        ? { example: column - 1, feature: row - 1, value }
        : { example: row - 1, feature: column - 1, value },
    );
    if (entries.length < CHUNK / 8) continue;
    yield entries;
    entries = [];
  }
  if (seen < header.entries)
    throw new DataError(
      `${source.name} promises ${header.entries} entries and has ${seen}: download the file again`,
    );
  yield entries;
}

async function checkEntries(
  source: Source,
  header: MatrixHeader,
  byColumn: boolean,
): Promise<{ ordered: boolean }> {
  let [last, ordered] = [0, true];
  for await (const entries of entriesOf(source, header, byColumn)) {
    for (const { example } of entries) {
      ordered &&= example >= last;
      last = example;
    }
  }
  return { ordered };
}

/** All entries by example, through memory. */
async function* inOrder(source: Source, header: MatrixHeader, byColumn: boolean): AsyncGenerator<Entry[]> {
  const all: Entry[] = [];
  for await (const entries of entriesOf(source, header, byColumn))
    for (const entry of entries) all.push(entry);
  all.sort((a, b) => a.example - b.example);
  for (let first = 0; first < all.length; first += CHUNK) yield all.slice(first, first + CHUNK);
}

async function* matrixChunks(
  stream: AsyncIterable<Entry[]>,
  examples: number,
  { isInteger }: MatrixHeader,
): AsyncGenerator<Chunk> {
  let [first, offsets, indices, values] = [0, [0], [] as number[], [] as number[]];
  const finishRows = (until: number) => {
    while (first + offsets.length - 1 < until) offsets.push(indices.length);
  };
  const take = (): Chunk => {
    const count = offsets.length - 1;
    const isSmall = isInteger && values.every((value) => Math.abs(value) < 2 ** 31);
    const sparse = {
      offsets: Uint32Array.from(offsets),
      indices: Uint32Array.from(indices),
      values: isSmall ? Int32Array.from(values) : Float32Array.from(values),
    };
    first += count;
    [offsets, indices, values] = [[0], [], []];
    return { count, sparse };
  };
  for await (const entries of stream) {
    for (const { example, feature, value } of entries) {
      finishRows(example);
      if (indices.length >= CHUNK && offsets.length > 1 && first + offsets.length - 1 === example)
        yield take();
      indices.push(feature);
      values.push(value);
    }
  }
  while (first < examples) {
    finishRows(Math.min(examples, first + CHUNK));
    yield take();
  }
}
