import { extname } from "node:path";
import { ConfigError, DataError } from "../../common/errors.ts";
import { formatCount } from "../../common/format.ts";
import { positiveInteger, wholeNumber } from "../../common/settings.ts";
import type { Dataset } from "../../data/dataset.ts";
import { exampleSize } from "../../data/dataset.ts";
import { fileSource } from "../../data/file-source.ts";
import { lookUp } from "../../data/files.ts";
import { headOf } from "../../data/formats/bytes.ts";
import { csvFormat } from "../../data/formats/csv.ts";
import { type CsvWithGaps, csvWithGaps } from "../../data/formats/fill-csv.ts";
import { csvFile } from "../../data/formats/write-csv.ts";
import { npyFile } from "../../data/formats/write-npy.ts";
import type { FileContents } from "../../files/atomic.ts";
import { openRun, type TrainedRun } from "../../tasks/open.ts";
import { openWholeLike } from "../../tasks/open-data.ts";
import type { Imputation } from "../../vae/imputing.ts";
import { checkpointFlag, seedFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { namesAndLabels, readingOptions, wholeDataFlags } from "../data-flag.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { watched } from "../progress.ts";
import { collected, once, rowFiles, rowTable } from "../rows-file.ts";

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
    ...wholeDataFlags,
    ...outFileFlags,
    out: { ...outFileFlags.out, about: "a file ending in .csv, .parquet, .npy or .png" },
  },

  async run(input, io) {
    const { run: directory, checkpoint, data: source, samples, multiple, seed, out, force } = input;
    if (out === undefined)
      throw new ConfigError("--out is missing: name a file ending in .csv, .parquet, .npy or .png");
    const ending = endingOf(out);
    const names = namesFor(out, ending, multiple);
    for (const path of [names.single, ...names.spread, ...names.multiple]) requireReplaceable(path, force);
    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    const { vae } = run;
    try {
      const data = await openWholeLike(run.config.data, source, {
        ...(await readingOptions(input)),
        onNote: (note) => io.say(note),
      });
      const made = await watched(io, "imputing", "examples", (work) =>
        vae.impute(data, { samples, multiple, seed, ...work }),
      );
      const form = await formOf(run, data, source, ending, out);
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

async function formOf(
  run: TrainedRun,
  data: Dataset,
  source: string,
  ending: Ending,
  out: string,
): Promise<Form> {
  if (ending === ".npy") {
    const array = (values: Imputation["values"]) =>
      collected(npyFile([data.examples, ...data.shape], once(values)));
    return {
      file: array,
      spread: ({ deviation, low, high }) => Promise.all([deviation, low, high].map(array)),
    };
  }
  const contents = async (values: Imputation["values"]) => {
    for await (const [, file] of rowFiles(
      run,
      { values, ...namesAndLabels(data), columns: data.schema.columns },
      out,
    ))
      return file;
    throw new DataError(`${source} has no rows to write`);
  };
  if (ending === ".png") return { file: contents, spread: async () => [] };
  const csv = ending === ".csv" ? await csvAt(source) : undefined;
  if (csv && csv.rows.length !== data.examples)
    throw new DataError(`${source} has ${csv.rows.length} rows where ${data.examples} were read: write .npy`);
  const table = rowTable(run.config, data.schema.columns);
  const samples = new Map(table.names.map((name) => [name, csv?.sample(name)]));
  const text = (values: Imputation["values"], row: number, column: string) =>
    table.text(values, row, column, samples.get(column));
  const spread = async (made: Imputation) => [
    await collected(csvFile(SPREAD, spreadLines(table.names, text, data, made))),
  ];
  if (csv) return { file: async (values) => csv.filled((row, column) => text(values, row, column)), spread };
  return { file: contents, spread };
}

/** The cells of a CSV file, where the data are one. */
async function csvAt(path: string): Promise<CsvWithGaps | undefined> {
  if (!(await lookUp(path))?.isFile()) return undefined;
  const source = await fileSource(path);
  return csvFormat.recognises(await headOf(source), path) ? csvWithGaps(source) : undefined;
}

const SPREAD = ["row", "column", "imputed", "deviation", "low", "high", "share"];

/** A line for each imputed value; rows count from 0. */
function* spreadLines(
  names: readonly string[],
  text: (values: Imputation["values"], row: number, column: string) => string | undefined,
  data: Dataset,
  made: Imputation,
) {
  const width = exampleSize(data);
  for (const at of gapsOf(data)) {
    const [row, column] = [Math.floor(at / width), names[at % width]!];
    const isClass = Number.isNaN(made.deviation[at]!);
    const number = (value: number) => (isClass ? undefined : Number(value.toPrecision(6)));
    const end = (values: Imputation["values"]) => (isClass ? undefined : text(values, row, column));
    yield [
      row,
      column,
      text(made.values, row, column),
      number(made.deviation[at]!),
      end(made.low),
      end(made.high),
      isClass ? Number(made.share[at]!.toFixed(3)) : undefined,
    ];
  }
}

/** Places of missing values among all. */
function gapsOf({ storage }: Dataset): number[] {
  const rows = storage.range(0, storage.examples);
  const gaps: number[] = [];
  for (let i = 0; i < rows.length; i++) if (Number.isNaN(rows[i]!)) gaps.push(i);
  return gaps;
}
