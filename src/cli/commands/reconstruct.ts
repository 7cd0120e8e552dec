import * as z from "zod";
import { formatCount } from "../../common/format.ts";
import { DECODED_VALUES } from "../../evaluate/decoded-rows.ts";
import { openLikeRunData, openRun } from "../../tasks/open.ts";
import { checkpointFlag, wholeSplitFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { namesAndLabels, readingOptions, wholeDataFlags } from "../data-flag.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { watched } from "../progress.ts";
import { ROW_FILES, rowEnding, rowFiles, usualValues } from "../rows-file.ts";

export const reconstruct = defineCommand({
  details: `Each example is encoded to the mean of q(z|x) and decoded. Names, classes, categories
and dates are written as in the data; sounds of spectrograms have phases that suit them.

  vaekit reconstruct runs/patients-1 patients.csv --out again.csv
  vaekit reconstruct runs/birds-1 birds --out birds-again`,
  arguments: {
    run: { about: "run directory" },
    data: { about: "built-in name (mnist) or path; shaped as the data of the run" },
  },
  flags: {
    checkpoint: checkpointFlag,
    split: wholeSplitFlag,
    values: {
      placeholder: "name",
      about:
        "of the decoder's distribution: its mean or its most likely values (mode); default: mean, of tables with categories mode",
      schema: z.enum(DECODED_VALUES).exclude(["draw"]).optional(),
    },
    ...wholeDataFlags,
    ...outFileFlags,
    out: { ...outFileFlags.out, about: ROW_FILES },
  },

  async run(input, io) {
    const { run: directory, checkpoint, data: source, split, out, force } = input;
    rowEnding(out);
    requireReplaceable(out!, force);
    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    const { vae } = run;
    const told = input.values ?? usualValues(run.config);
    try {
      const reading = { ...(await readingOptions(input)), onNote: (note: string) => io.say(note) };
      const data = await openLikeRunData(run, split, source, {
        reading,
        warn: (message) => io.warn(message),
      });
      const values = await watched(io, "reconstructing", "examples", (work) =>
        vae.reconstruct(data, { values: told, ...work }),
      );
      const rows = { values, ...namesAndLabels(data), columns: data.schema.columns };
      for await (const [path, contents] of rowFiles(run, rows, out!)) await writeOut(path, contents);
      io.print(`${out}: ${formatCount(data.examples)} examples`);
      return { run: directory, data: data.name, split, examples: data.examples, file: out };
    } finally {
      await vae.dispose();
    }
  },
});
