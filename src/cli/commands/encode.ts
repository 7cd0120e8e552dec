import { extname, resolve } from "node:path";
import { ConfigError } from "../../common/errors.ts";
import { formatCount } from "../../common/format.ts";
import type { Dataset } from "../../data/dataset.ts";
import { fileSource } from "../../data/file-source.ts";
import { lookUp } from "../../data/files.ts";
import { h5adWithLatents } from "../../data/formats/write-h5ad.ts";
import { npyFile } from "../../data/formats/write-npy.ts";
import { parquetFile } from "../../data/formats/write-parquet.ts";
import type { FileContents } from "../../files/atomic.ts";
import { openLikeRunData, openRun } from "../../tasks/open.ts";
import { checkpointFlag, wholeSplitFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { csvText, formatFloat32, labelCell, labelOf, numbered, quotedCell } from "../csv.ts";
import { readingOptions, wholeDataFlags } from "../data-flag.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { watched } from "../progress.ts";
import { collected, once } from "../rows-file.ts";

export const encode = defineCommand({
  details: `A line holds an example's index, its name and label if there are such (the label is
empty where it is not known), and mean and log-variance of q(z|x), with digits enough to
give the same float32 back. Files are read as those of the run were. A .npy file holds the means as an array; with a name
that ends in .h5ad a copy of the data is written that has them as obsm["X_vae"].

  vaekit encode runs/mnist-1 mnist --split test --out latents.csv
  vaekit encode runs/cells-1 cells.h5ad --out encoded.h5ad
  vaekit encode runs/mnist-1 mnist | head`,
  arguments: {
    run: { about: "run directory" },
    data: { about: "built-in name (mnist) or path; shaped as the data of the run" },
  },
  flags: {
    checkpoint: checkpointFlag,
    split: wholeSplitFlag,
    ...wholeDataFlags,
    ...outFileFlags,
    out: {
      ...outFileFlags.out,
      about: "a file ending in .csv, .parquet, .npy or .h5ad; default: CSV to stdout",
    },
  },

  async run(input, io) {
    const { run: directory, checkpoint, data: source, split, out, force } = input;
    const ending = endingOf(out);
    if (ending === ".h5ad" && split !== "all")
      throw new ConfigError("--split was given, but a copy of an .h5ad file has all rows: leave it out");
    if (out !== undefined) requireReplaceable(out, force);
    if (out !== undefined && resolve(out) === resolve(source))
      throw new ConfigError(`--out is ${JSON.stringify(out)}, the data themselves: give another name`);
    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    const { vae } = run;
    try {
      const reading = { ...(await readingOptions(input)), onNote: (note: string) => io.say(note) };
      const data = await openLikeRunData(run, split, source, {
        reading,
        warn: (message) => io.warn(message),
      });
      const codes = await watched(io, "encoding", "examples", (work) => vae.encode(data, work));
      const { examples } = data;
      const table = { ...codes, data, examples, latent: vae.model.latent };
      if (out !== undefined) {
        await writeOut(out, await contentsOf(table, ending, source));
        io.print(`${out}: ${formatCount(examples)} ${ending === ".csv" ? "lines" : "rows"}`);
      } else await io.pour(io.json ? recordsOf(table) : csvOf(table));
      return { run: directory, data: data.name, split, examples, latent: table.latent, file: out };
    } finally {
      await vae.dispose();
    }
  },
});

const ENDINGS = [".csv", ".parquet", ".npy", ".h5ad"] as const;

function endingOf(out = ".csv"): (typeof ENDINGS)[number] {
  const ending = (out === ".csv" ? out : extname(out).toLowerCase()) as (typeof ENDINGS)[number];
  if (ENDINGS.includes(ending)) return ending;
  throw new ConfigError(
    `--out is ${JSON.stringify(out)}: it must end in .csv, .parquet, .npy or .h5ad (a copy of the data)`,
  );
}

async function contentsOf(
  codes: Codes,
  ending: (typeof ENDINGS)[number],
  source: string,
): Promise<FileContents> {
  const { mean, examples, latent } = codes;
  switch (ending) {
    case ".csv":
      return Array.from(csvOf(codes), (piece) => new TextEncoder().encode(piece));
    case ".npy":
      return collected(npyFile([examples, latent], once(mean)));
    case ".h5ad":
      if (!(await lookUp(source))?.isFile())
        throw new ConfigError(`--out ends in .h5ad, but ${source} is no file that can be copied: write .npy`);
      return [await h5adWithLatents(await fileSource(source), mean, latent)];
    case ".parquet":
      return [parquetOf(codes)];
  }
}

function parquetOf({ mean, logVariance, data, examples, latent }: Codes): Uint8Array {
  const rows = Array.from({ length: examples }, (_, row) => row);
  const columns = (name: string, values: Float32Array) =>
    numbered(name, values.length > 0 ? latent : 0, 1).map((each, d) => ({
      name: each,
      values: rows.map((row) => values[row * latent + d]!),
    }));
  return parquetFile([
    { name: "index", values: rows },
    ...(data.names ? [{ name: "name", values: data.names }] : []),
    ...(data.labels
      ? [{ name: "label", values: rows.map((row) => labelOf(data, row) ?? undefined) as string[] }]
      : []),
    ...columns("mean", mean),
    ...columns("log_variance", logVariance),
  ]);
}

interface Codes {
  /** [examples, latent], as is `logVariance`, which is empty where q is not normal with independent dimensions. */
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
  readonly data: Dataset;
  readonly examples: number;
  readonly latent: number;
}

function csvOf({ mean, logVariance, data, examples, latent }: Codes): Generator<string, void, void> {
  const { names, labels } = data;
  const first = ["index", ...(names ? ["name"] : []), ...(labels ? ["label"] : [])];
  const columns = logVariance.length > 0 ? [mean, logVariance] : [mean];
  const header = [
    ...first,
    ...numbered("mean", latent, 1),
    ...numbered("log_variance", columns.length > 1 ? latent : 0, 1),
  ];
  return csvText(header, examples, (index) => {
    const cells: (string | number)[] = [index];
    if (names) cells.push(quotedCell(names[index]!));
    if (labels) cells.push(labelCell(data, index));
    for (const values of columns)
      for (let d = index * latent; d < (index + 1) * latent; d++) cells.push(formatFloat32(values[d]!));
    return cells;
  });
}

function* recordsOf({ mean, logVariance, data, examples, latent }: Codes): Generator<string, void, void> {
  for (let index = 0; index < examples; index++) {
    const [start, end] = [index * latent, (index + 1) * latent];
    const record = {
      type: "encoding",
      index,
      ...(data.names && { name: data.names[index]! }),
      ...(data.labels && { label: labelOf(data, index) }),
      mean: Array.from(mean.subarray(start, end)),
      ...(logVariance.length > 0 && { logVariance: Array.from(logVariance.subarray(start, end)) }),
    };
    yield `${JSON.stringify(record)}\n`;
  }
}
