import { DataError } from "../../common/errors.ts";
import type { SourceFolder } from "../source.ts";
import { streamBytes } from "./bytes.ts";
import { nameIn } from "./folder-files.ts";
import type { Chunk, FolderFormat, ReadColumn, Reading } from "./format.ts";
import { readMatrix } from "./matrix-market.ts";
import { linesOf } from "./text.ts";

const MATRIX = /^(.*[_.-])?matrix\.mtx(\.gz)?$/;
const GENES = /^(.*[_.-])?(features|genes)\.tsv(\.gz)?$/;
const BARCODES = /^(.*[_.-])?barcodes\.tsv(\.gz)?$/;

/**
 * A folder as Cell Ranger writes it: matrix.mtx (genes × cells), features.tsv or genes.tsv, barcodes.tsv, each plain
 * or gzip. Cells are examples, barcodes their names, genes the columns, counts sparse. It takes no options. Limits are
 * those of Matrix Market.
 */
export const tenXFolder: FolderFormat = {
  name: "10x",
  title: "a 10x folder (matrix.mtx, genes, barcodes)",
  recognises: async ({ paths }) =>
    [MATRIX, GENES, BARCODES].every((each) => paths.some((path) => each.test(path))),
  open: openTenX,
};

async function openTenX(folder: SourceFolder): Promise<Reading> {
  const [matrix, genes, barcodes] = [MATRIX, GENES, BARCODES].map((pattern) => {
    const found = folder.paths.filter((path) => pattern.test(path));
    if (found.length !== 1)
      throw new DataError(
        `${folder.name} has ${found.length} files like ${pattern.source.replace(/^.*\*?\)\?/, "")}; a 10x folder has one: ${found.join(", ")}`,
      );
    return found[0]!;
  }) as [string, string, string];
  const reading = await readMatrix(await folder.open(matrix), "column");
  const geneRows = await tsv(folder, genes);
  const names = (await tsv(folder, barcodes)).map((fields) => fields[0]!);
  checkLength(folder, genes, geneRows.length, reading.shape[0]!, "rows");
  checkLength(folder, barcodes, names.length, reading.examples!, "columns");
  const columns = uniqueNames(geneRows.map((fields) => fields[1] ?? fields[0]!)).map(
    (name): ReadColumn => ({ name, kind: "count" }),
  );
  return { ...reading, columns, chunks: () => withNames(reading, names) };
}

async function tsv(folder: SourceFolder, path: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const line of linesOf(streamBytes(await folder.open(path))))
    if (line !== "") rows.push(line.split("\t"));
  return rows;
}

function checkLength(folder: SourceFolder, path: string, has: number, needs: number, axis: string): void {
  if (has !== needs)
    throw new DataError(
      `${nameIn(folder, path)} has ${has} lines where the matrix has ${needs} ${axis}: they do not belong together`,
    );
}

/** Gene symbols repeat; the second one gets "-1", as Scanpy names it. */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
}

async function* withNames(reading: Reading, names: readonly string[]): AsyncGenerator<Chunk> {
  let first = 0;
  for await (const chunk of reading.chunks()) {
    yield { ...chunk, names: names.slice(first, first + chunk.count) };
    first += chunk.count;
  }
}
