import { extname } from "node:path";
import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { formatCount } from "../../common/format.ts";
import type { Dataset } from "../../data/dataset.ts";
import { openLikeRunData, openRun } from "../../tasks/open.ts";
import { checkpointFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { csvText, formatFloat32, labelCell, labelOf, numbered } from "../csv.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { watched } from "../progress.ts";

export const encode = defineCommand({
  details: `A line holds an example's index, its label if there are labels (empty where it is not known), and mean and
log-variance of q(z|x), with digits enough to give the same float32 back.

  vaekit encode runs/mnist-1 mnist --split test --out latents.csv
  vaekit encode runs/mnist-1 mnist | head`,
  arguments: {
    run: { about: "run directory" },
    data: { about: "built-in name (mnist) or path; shaped as the data of the run" },
  },
  flags: {
    checkpoint: checkpointFlag,
    split: {
      placeholder: "name",
      about: "which part of the data; all: validation, train and test, one after the other",
      schema: z.enum(["all", "train", "validation", "test"]).default("all"),
    },
    ...outFileFlags,
    out: { ...outFileFlags.out, about: "a file ending in .csv; default: stdout" },
  },

  async run({ run: directory, checkpoint, data: source, split, out, force }, io) {
    if (out !== undefined && extname(out).toLowerCase() !== ".csv")
      throw new ConfigError(`--out is ${JSON.stringify(out)}: it must end in .csv`);
    if (out !== undefined) requireReplaceable(out, force);
    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    const { vae } = run;
    try {
      const data = await openLikeRunData(run, split, source, (message) => io.warn(message));
      const codes = await watched(io, "encoding", "examples", (work) => vae.encode(data, work));
      const table = { ...codes, data, examples: data.examples, latent: vae.model.latent };
      if (out !== undefined) {
        await writeOut(
          out,
          Array.from(csvOf(table), (piece) => new TextEncoder().encode(piece)),
        );
        io.print(`${out}: ${formatCount(data.examples)} lines`);
      } else await io.pour(io.json ? recordsOf(table) : csvOf(table));
      return {
        run: directory,
        data: data.name,
        split,
        examples: data.examples,
        latent: table.latent,
        file: out,
      };
    } finally {
      await vae.dispose();
    }
  },
});

interface Codes {
  /** [examples, latent], as is `logVariance`, which is empty where q is not normal with independent dimensions. */
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
  readonly data: Dataset;
  readonly examples: number;
  readonly latent: number;
}

function csvOf({ mean, logVariance, data, examples, latent }: Codes): Generator<string, void, void> {
  const names = ["index", ...(data.labels ? ["label"] : [])];
  const columns = logVariance.length > 0 ? [mean, logVariance] : [mean];
  const header = [
    ...names,
    ...numbered("mean", latent, 1),
    ...numbered("log_variance", columns.length > 1 ? latent : 0, 1),
  ];
  return csvText(header, examples, (index) => {
    const cells: (string | number)[] = data.labels ? [index, labelCell(data, index)] : [index];
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
      ...(data.labels && { label: labelOf(data, index) }),
      mean: Array.from(mean.subarray(start, end)),
      ...(logVariance.length > 0 && { logVariance: Array.from(logVariance.subarray(start, end)) }),
    };
    yield `${JSON.stringify(record)}\n`;
  }
}
