import { extname } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { formatCount } from "../../common/format.ts";
import { positiveInteger } from "../../common/settings.ts";
import type { Dataset } from "../../data/dataset.ts";
import { isBuiltIn } from "../../data/open.ts";
import { lowestFirst } from "../../numerics/statistics.ts";
import { openLikeRunData, openRun } from "../../tasks/open.ts";
import type { Scores } from "../../vae/evaluation.ts";
import { checkpointFlag, seedFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { csvText, labelCell, labelOf, quotedCell } from "../csv.ts";
import { dataFlags, readingOptions } from "../data-flag.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { watched } from "../progress.ts";

/** Columns that lines can be sorted by, lowest first: what the model finds oddest comes first. */
const COLUMNS = ["elbo", "reconstruction", "kl", "logLikelihood", "effectiveSampleSize"] as const;
/** Decimals in nats that are not noise. */
const DECIMALS = 4;

export const score = defineCommand({
  details: `A line holds an example's index, its name (identifier column or file) and label if
there are such, ELBO, its two parts, the importance-sampled log-likelihood and the effective sample size behind
that. The lower the log-likelihood, the odder the example is to the model.

  vaekit score runs/mnist-1 --sort logLikelihood --out scores.csv
  vaekit score runs/patients-1 new-patients.csv --out scores.parquet`,
  arguments: {
    run: { about: "run directory" },
    data: { about: "built-in name (mnist) or path; default: the data of the run", optional: true },
  },
  flags: {
    checkpoint: checkpointFlag,
    split: {
      placeholder: "name",
      about:
        "which part of the data; all: in their order, of the run's own validation, train and test, one after the other; default: test, all of files that are named",
      schema: z.enum(["test", "validation", "train", "all"]).optional(),
    },
    samples: {
      placeholder: "k",
      about: "importance samples for the likelihood of an example",
      schema: positiveInteger.default(100),
    },
    sort: {
      placeholder: "column",
      about: "lines in ascending order of this; default: of the index",
      schema: z.enum(COLUMNS).optional(),
    },
    seed: seedFlag,
    ...dataFlags,
    ...outFileFlags,
    out: { ...outFileFlags.out, about: "a file ending in .csv or .parquet; default: CSV to stdout" },
  },

  async run(input, io) {
    const { run: directory, checkpoint, data: given, samples, sort, seed, out, force } = input;
    const hasOwn = input.validation !== undefined || input.test !== undefined;
    const isNamed = given !== undefined && !isBuiltIn(given) && !hasOwn;
    const { split = isNamed ? "all" : "test" } = input;
    const ending = out === undefined ? ".csv" : extname(out).toLowerCase();
    if (ending !== ".csv" && ending !== ".parquet")
      throw new ConfigError(`--out is ${JSON.stringify(out)}: it must end in .csv or .parquet`);
    if (out !== undefined) requireReplaceable(out, force);
    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    const { vae } = run;
    try {
      const data = await openLikeRunData(run, split, given, {
        reading: { ...(await readingOptions(input)), onNote: (note) => io.say(note) },
        warn: (message) => io.warn(message),
      });
      const scores = await watched(io, "scoring", "samples", (work) =>
        vae.score(data, { seed, samples, ...work }),
      );
      const order = orderOf(scores, sort);
      if (out === undefined)
        await io.pour(io.json ? recordsOf(data, scores, order) : csvOf(data, scores, order));
      else {
        const contents =
          ending === ".parquet"
            ? [parquetOf(data, scores, order)]
            : Array.from(csvOf(data, scores, order), (piece) => new TextEncoder().encode(piece));
        await writeOut(out, contents);
        io.print(`${out}: ${formatCount(data.examples)} lines`);
      }
      return { run: directory, data: data.name, split, examples: data.examples, samples, seed, file: out };
    } finally {
      await vae.dispose();
    }
  },
});

/** Indices of examples, lowest score first, or in the order of the data. */
function orderOf(scores: Scores, sort: (typeof COLUMNS)[number] | undefined): Uint32Array {
  return sort ? Uint32Array.from(lowestFirst(scores[sort])) : Uint32Array.from(scores.elbo.keys());
}

function csvOf(data: Dataset, scores: Scores, order: Uint32Array): Generator<string, void, void> {
  const header = ["index", ...(data.names ? ["name"] : []), ...(data.labels ? ["label"] : []), ...COLUMNS];
  return csvText(header, order.length, (line) => {
    const index = order[line]!;
    const values = COLUMNS.map((column) => scores[column][index]!.toFixed(DECIMALS));
    return [
      index,
      ...(data.names ? [quotedCell(data.names[index]!)] : []),
      ...(data.labels ? [labelCell(data, index)] : []),
      ...values,
    ];
  });
}

function* recordsOf(data: Dataset, scores: Scores, order: Uint32Array): Generator<string, void, void> {
  for (const index of order) {
    const values = Object.fromEntries(COLUMNS.map((column) => [column, scores[column][index]!]));
    const name = data.names && { name: data.names[index]! };
    const label = data.labels && { label: labelOf(data, index) };
    yield `${JSON.stringify({ type: "score", index, ...name, ...label, ...values })}\n`;
  }
}

function parquetOf(data: Dataset, scores: Scores, order: Uint32Array): Uint8Array {
  const ordered = <T>(values: ArrayLike<T>) => Array.from(order, (index) => values[index]!);
  const labels = Array.from(order, (index) => labelOf(data, index));
  const type = data.schema.labelNames ? "STRING" : "INT32";
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: "index", data: Array.from(order), type: "INT32" },
      ...(data.names ? [{ name: "name", data: ordered(data.names), type: "STRING" } as const] : []),
      ...(data.labels ? [{ name: "label", data: labels, type } as const] : []),
      ...COLUMNS.map((name) => ({ name, data: ordered(scores[name]), type: "DOUBLE" }) as const),
    ],
  });
  return new Uint8Array(buffer);
}
