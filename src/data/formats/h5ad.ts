import type { Group } from "h5wasm";
import { DataError } from "../../common/errors.ts";
import type { Source } from "../source.ts";
import { refuseInfinite } from "./finite.ts";
import type { Chunk, Format, Reading, ReadOptions } from "./format.ts";
import { GREATEST_RATIO } from "./gunzip.ts";
import { type H5Matrix, matrixIn } from "./h5ad-matrix.ts";
import { type Hdf5Opener, isDataset, isGroup, textsOf } from "./hdf5.ts";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * AnnData (`.h5ad`), versions 0.7 and newer: X or a layer, dense, CSR or CSC. `obs` gives labels, groups and splits,
 * and the names of rows; `var` names the columns. It takes `label`, `group`, `split` and `layer`. Dense and CSR matrices
 * stream; limits: CSC is turned in memory, at most 2²⁷ entries; where there is no disk a file has at most 2 GiB.
 */
export function h5adFormat(open: Hdf5Opener): Format {
  return {
    name: "h5ad",
    title: "AnnData (.h5ad)",
    recognises: (head) => SIGNATURE.every((byte, i) => head[i] === byte),
    open: (source, options) => guarded(source.name, () => openH5ad(source, options, open)),
  };
}

async function openH5ad(source: Source, options: ReadOptions, open: Hdf5Opener): Promise<Reading> {
  const { root, close } = await open(source);
  try {
    const matrix = matrixIn(root, options.layer, source.name);
    const { rows, columns } = matrix;
    if (!(rows > 0) || !(columns > 0) || matrix.entries > source.size * GREATEST_RATIO)
      throw new DataError(
        `${source.name} has ${rows}×${columns} values; both must be above 0 and fit the file's ${source.size} bytes`,
      );
    const texts = rowTexts(root, options, rows, source.name);
    const names =
      namesOf(root, "var", columns) ?? Array.from({ length: columns }, (_, i) => `column ${i + 1}`);
    const kind = isCounts(matrix, source.name) ? "count" : "real";
    return {
      shape: [columns],
      examples: rows,
      columns: names.map((name) => ({ name, kind })),
      notes: [
        `${options.layer ? `the layer ${options.layer}` : "X"} is ${matrix.kind}, ${kind === "count" ? "counts" : "real values"}`,
      ],
      skipped: [],
      chunks: () => chunksOf(source, options, open, texts),
    };
  } finally {
    close();
  }
}

/** Whole numbers from 0 only. Also checks all values. */
function isCounts(matrix: H5Matrix, file: string): boolean {
  let counts = true;
  let first = 0;
  for (const { count, rows, sparse } of matrix.chunks()) {
    const values = rows ?? sparse!.values;
    refuseInfinite(
      values,
      rows ? matrix.columns : Number.POSITIVE_INFINITY,
      `${file} (row ${first} and after)`,
      first,
    );
    counts &&= (values as Float64Array).every((value) => value >= 0 && Number.isInteger(value));
    first += count;
  }
  return counts;
}

type RowTexts = Pick<Chunk, "labels" | "groups" | "splits" | "names">;

async function* chunksOf(
  source: Source,
  options: ReadOptions,
  open: Hdf5Opener,
  texts: RowTexts,
): AsyncGenerator<Chunk> {
  const { root, close } = await guarded(source.name, () => open(source));
  try {
    let first = 0;
    for (const chunk of matrixIn(root, options.layer, source.name).chunks()) {
      const end = first + chunk.count;
      const parts = Object.entries(texts).map(([key, all]) => [key, all.slice(first, end)]);
      yield { ...chunk, ...Object.fromEntries(parts) };
      first = end;
    }
  } finally {
    close();
  }
}

function rowTexts(root: Group, options: ReadOptions, rows: number, file: string): RowTexts {
  const column = (name: string) => {
    const texts = obsColumn(root, name, file);
    if (texts.length !== rows)
      throw new DataError(`${file}: obs['${name}'] has ${texts.length} values for ${rows} rows`);
    return texts;
  };
  const names = namesOf(root, "obs", rows);
  const filled = (name: string) => column(name).map((text) => text ?? "");
  const obs = root.get("obs");
  const isThere = (name: string | undefined): name is string =>
    name !== undefined && (options.known === undefined || (isGroup(obs) && obs.keys().includes(name)));
  const { label, group, split } = options;
  return {
    ...(isThere(label) && { labels: column(label) }),
    ...(isThere(group) && { groups: filled(group) }),
    ...(isThere(split) && { splits: filled(split) }),
    ...(names && { names }),
  };
}

/** A column of `obs`: plain, or categorical (a group of codes and categories, or codes with `__categories` beside). */
function obsColumn(root: Group, name: string, file: string): (string | undefined)[] {
  const obs = root.get("obs");
  if (!isGroup(obs)) throw new DataError(`${file} has no group obs; an .h5ad file has one`);
  const known = obs.keys().filter((key) => !key.startsWith("_"));
  if (!known.includes(name))
    throw new DataError(`${file}: obs has no column '${name}'; it has ${known.join(", ") || "none"}`);
  const found = obs.get(name);
  const [codes, categories] = isGroup(found)
    ? [found.get("codes"), found.get("categories")]
    : [found, obs.get(`__categories/${name}`)];
  if (!isDataset(codes))
    throw new DataError(
      `${file}: obs['${name}'] is of a kind that cannot be read: make it categorical or text`,
    );
  if (!isDataset(categories))
    return textsOf(codes).map((text) => (text === "" || text === "nan" ? undefined : text));
  const texts = textsOf(categories);
  return Array.from(codes.value as ArrayLike<number>, (code) => texts[Number(code)]);
}

function namesOf(root: Group, axis: "obs" | "var", length: number): string[] | undefined {
  const group = root.get(axis);
  if (!isGroup(group)) return undefined;
  const index = group.attrs._index?.value;
  const names = group.get(typeof index === "string" ? index : "_index");
  return isDataset(names) && names.shape?.[0] === length ? textsOf(names) : undefined;
}

async function guarded<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new DataError(`${file} is damaged or no .h5ad file (${reason}): write it again`, { cause });
  }
}
