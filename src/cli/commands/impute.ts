import { extname } from "node:path";
import { ConfigError, DataError } from "../../common/errors.ts";
import { formatCount } from "../../common/format.ts";
import { positiveInteger, wholeNumber } from "../../common/settings.ts";
import { cellText } from "../../data/cell-text.ts";
import type { Dataset } from "../../data/dataset.ts";
import { exampleSize } from "../../data/dataset.ts";
import { fileSource } from "../../data/file-source.ts";
import { lookUp } from "../../data/files.ts";
import { headOf } from "../../data/formats/bytes.ts";
import { csvFormat } from "../../data/formats/csv.ts";
import { type CsvWithGaps, csvWithGaps } from "../../data/formats/fill-csv.ts";
import { csvFile } from "../../data/formats/write-csv.ts";
import { npyFile } from "../../data/formats/write-npy.ts";
import { parquetFile } from "../../data/formats/write-parquet.ts";
import type { FileContents } from "../../files/atomic.ts";
import { drawExamples } from "../../pictures/images.ts";
import { encodePng } from "../../plot/png.ts";
import { openRun, rangeOfRunData, type TrainedRun } from "../../tasks/open.ts";
import { openWholeLike } from "../../tasks/open-data.ts";
import type { Imputation } from "../../vae/imputing.ts";
import { checkpointFlag, seedFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { watched } from "../progress.ts";

const ENDINGS = [".csv", ".parquet", ".npy", ".png"] as const;
type Ending = (typeof ENDINGS)[number];

export const impute = defineCommand({
  details: `Observed values stay as they are. A value that is missing becomes its expectation
given those observed, a category its likeliest, by importance sampling. Beside the
file lies the spread: of tables NAME.spread.csv with a line for each imputed value
(row and column, deviation, ends of the 90 % interval, share of draws that agree on
a category), of .npy the arrays NAME.deviation.npy, NAME.low.npy and NAME.high.npy.
--multiple 5 adds NAME-1 to NAME-5, each one draw of all that is missing. A CSV file
keeps its other columns, the order of its rows and its way of writing.

  vaekit impute runs/patients-1 patients.csv --out filled.csv
  vaekit impute runs/patients-1 patients.csv --out filled.csv --multiple 5`,
  arguments: {
    run: { about: "run directory" },
    data: { about: "built-in name or path; shaped as the data of the run" },
  },
  flags: {
    checkpoint: checkpointFlag,
    samples: {
      placeholder: "k",
      about: "importance samples of an example",
      schema: positiveInteger.default(1000),
    },
    multiple: {
      placeholder: "n",
      about: "multiple imputations to write besides",
      schema: wholeNumber.default(0),
    },
    seed: seedFlag,
    ...outFileFlags,
    out: { ...outFileFlags.out, about: "a file ending in .csv, .parquet, .npy or .png" },
  },

  async run({ run: directory, checkpoint, data: source, samples, multiple, seed, out, force }, io) {
    if (out === undefined)
      throw new ConfigError("--out is missing: name a file ending in .csv, .parquet, .npy or .png");
    const ending = endingOf(out);
    const names = namesFor(out, ending, multiple);
    for (const path of [names.single, ...names.spread, ...names.multiple]) requireReplaceable(path, force);
    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    const { vae } = run;
    try {
      const data = await openWholeLike(run.config.data, source);
      const made = await watched(io, "imputing", "examples", (work) =>
        vae.impute(data, { samples, multiple, seed, ...work }),
      );
      const form = await formOf(run, data, source, ending);
      await writeOut(names.single, await form.file(made.values));
      for (const [index, path] of names.spread.entries())
        await writeOut(path, (await form.spread(made))[index]!);
      for (const [index, path] of names.multiple.entries())
        await writeOut(path, await form.file(made.multiple[index]!));
      const imputed = gapsOf(data).length;
      io.print(`${out}: ${formatCount(imputed)} values imputed in ${formatCount(data.examples)} examples`);
      for (const path of [...names.spread, ...names.multiple]) io.print(path);
      const few = made.effectiveSampleSize.filter((each) => each < FEW).length;
      if (few > 0)
        io.say(
          `${formatCount(few)} examples have fewer than ${FEW} effective samples: their imputations are rough; pass more --samples`,
        );
      return {
        ...{ run: directory, data: data.name, examples: data.examples, imputed, samples, multiple, seed },
        files: [names.single, ...names.spread, ...names.multiple],
      };
    } finally {
      await vae.dispose();
    }
  },
});

/** Effective samples below which an expectation is by a few draws. */
const FEW = 10;

function endingOf(out: string): Ending {
  const ending = extname(out).toLowerCase();
  if ((ENDINGS as readonly string[]).includes(ending)) return ending as Ending;
  throw new ConfigError(`--out is ${JSON.stringify(out)}: it must end in .csv, .parquet, .npy or .png`);
}

function namesFor(out: string, ending: Ending, multiple: number) {
  const stem = out.slice(0, -ending.length);
  const spread = {
    ".csv": [`${stem}.spread.csv`],
    ".parquet": [`${stem}.spread.csv`],
    ".npy": [`${stem}.deviation.npy`, `${stem}.low.npy`, `${stem}.high.npy`],
    ".png": [],
  }[ending];
  return {
    single: out,
    spread,
    multiple: Array.from({ length: multiple }, (_, i) => `${stem}-${i + 1}${ending}`),
  };
}

/** How rows become files. */
interface Form {
  file(values: Imputation["values"]): Promise<FileContents>;
  spread(made: Imputation): Promise<readonly FileContents[]>;
}

async function formOf(run: TrainedRun, data: Dataset, source: string, ending: Ending): Promise<Form> {
  if (ending === ".npy") {
    const array = (values: Imputation["values"]) =>
      collected(npyFile([data.examples, ...data.shape], once(values)));
    return {
      file: array,
      spread: ({ deviation, low, high }) => Promise.all([deviation, low, high].map(array)),
    };
  }
  if (ending === ".png") {
    const range = await rangeOfRunData(run);
    return {
      file: async (values) => encodePng(drawExamples(Float32Array.from(values), run.vae.model, {}, range)),
      spread: async () => [],
    };
  }
  const csv = ending === ".csv" ? await csvAt(source) : undefined;
  if (csv && csv.rows.length !== data.examples)
    throw new DataError(`${source} has ${csv.rows.length} rows where ${data.examples} were read: write .npy`);
  const table = tableOf(run, data, csv);
  const spread = async (made: Imputation) => [
    await collected(csvFile(SPREAD, spreadLines(table, data, made))),
  ];
  if (csv)
    return {
      file: async (values) => csv.filled((row, column) => table.text(values, row, column)),
      spread,
    };
  return { file: async (values) => tableFile(table, data, values, ending), spread };
}

/** The cells of a CSV file, where the data are one. */
async function csvAt(path: string): Promise<CsvWithGaps | undefined> {
  if (!(await lookUp(path))?.isFile()) return undefined;
  const source = await fileSource(path);
  return csvFormat.recognises(await headOf(source), path) ? csvWithGaps(source) : undefined;
}

interface ModelledTable {
  readonly names: readonly string[];
  /** The text of a value; undefined where the column is not the model's. */
  text(values: Imputation["values"], row: number, column: string): string | undefined;
}

function tableOf({ config }: TrainedRun, data: Dataset, csv: CsvWithGaps | undefined): ModelledTable {
  const width = exampleSize(data);
  const { columns } = data.schema;
  const kinds = config.data.decoding?.columns ?? {};
  const names = Array.from({ length: width }, (_, i) => columns?.[i]?.name ?? `value_${i}`);
  const samples = new Map(names.map((name) => [name, csv?.sample(name)]));
  return {
    names,
    text(values, row, name) {
      const at = names.indexOf(name);
      if (at < 0) return undefined;
      const form = { isDate: kinds[name] === "date", sample: samples.get(name) };
      return cellText(values[row * width + at]!, columns?.[at], form);
    },
  };
}

const SPREAD = ["row", "column", "imputed", "deviation", "low", "high", "share"];

/** A line for each imputed value; rows count from 0. */
function* spreadLines(table: ModelledTable, data: Dataset, made: Imputation) {
  const width = exampleSize(data);
  for (const at of gapsOf(data)) {
    const [row, column] = [Math.floor(at / width), table.names[at % width]!];
    const isClass = Number.isNaN(made.deviation[at]!);
    const number = (value: number) => (isClass ? undefined : Number(value.toPrecision(6)));
    const end = (values: Imputation["values"]) => (isClass ? undefined : table.text(values, row, column));
    yield [
      row,
      column,
      table.text(made.values, row, column),
      number(made.deviation[at]!),
      end(made.low),
      end(made.high),
      isClass ? Number(made.share[at]!.toFixed(3)) : undefined,
    ];
  }
}

async function tableFile(
  table: ModelledTable,
  data: Dataset,
  values: Imputation["values"],
  ending: ".csv" | ".parquet",
): Promise<FileContents> {
  const { labelNames, columns } = data.schema;
  const rows = Array.from({ length: data.examples }, (_, row) => row);
  const labels =
    data.labels && rows.map((row) => labelNames?.[data.labels![row]!] ?? String(data.labels![row]));
  const cell = (row: number, name: string) => {
    const text = table.text(values, row, name)!;
    return columns?.[table.names.indexOf(name)]?.categories || Number.isNaN(Number(text))
      ? text
      : Number(text);
  };
  const all = [
    ...(data.names ? [{ name: "name", values: rows.map((row): string | number => data.names![row]!) }] : []),
    ...(labels ? [{ name: "label", values: labels as (string | number)[] }] : []),
    ...table.names.map((name) => ({ name, values: rows.map((row) => cell(row, name)) })),
  ];
  if (ending === ".parquet")
    return parquetFile(all.map(({ name, values: each }) => ({ name, values: each as number[] | string[] })));
  return collected(
    csvFile(
      all.map(({ name }) => name),
      rows.map((row) => all.map((column) => column.values[row])),
    ),
  );
}

/** Places of missing values among all. */
function gapsOf({ storage }: Dataset): number[] {
  const rows = storage.range(0, storage.examples);
  const gaps: number[] = [];
  for (let i = 0; i < rows.length; i++) if (Number.isNaN(rows[i]!)) gaps.push(i);
  return gaps;
}

async function collected(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
