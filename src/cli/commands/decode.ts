import * as z from "zod";
import { DataError } from "../../common/errors.ts";
import { formatCount } from "../../common/format.ts";
import { type Dataset, exampleValues } from "../../data/dataset.ts";
import { openWhole } from "../../data/open.ts";
import { DECODED_VALUES } from "../../evaluate/decoded-rows.ts";
import { openRun } from "../../tasks/open.ts";
import { checkpointFlag, givenFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { watched } from "../progress.ts";
import { ROW_FILES, rowEnding, rowFiles, usualValues } from "../rows-file.ts";

export const decode = defineCommand({
  details: `Latent points are a file of any known format with a column for each dimension: an array
(.npy), or a table as encode writes it, of which the columns mean_1, mean_2 … are taken.

  vaekit encode runs/mnist-1 mnist --split test --out latents.csv
  vaekit decode runs/mnist-1 latents.csv --out digits/`,
  arguments: {
    run: { about: "run directory" },
    latents: { about: "path of the latent points" },
  },
  flags: {
    checkpoint: checkpointFlag,
    given: givenFlag,
    values: {
      placeholder: "name",
      about:
        "of the decoder's distribution: its mean or its most likely values (mode); default: mean, of tables with categories mode",
      schema: z.enum(DECODED_VALUES).exclude(["draw"]).optional(),
    },
    ...outFileFlags,
    out: { ...outFileFlags.out, about: ROW_FILES },
  },

  async run(input, io) {
    const { run: directory, checkpoint, latents, given, out, force } = input;
    rowEnding(out);
    requireReplaceable(out!, force);
    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    const { vae } = run;
    const told = input.values ?? usualValues(run.config);
    try {
      const table = await openWhole(latents, { scale: 1 });
      const points = pointsOf(table, vae.model.latent, latents);
      const values = await watched(io, "decoding", "points", (work) =>
        vae.decode(points, { values: told, ...(given && { given }), ...work }),
      );
      for await (const [path, contents] of rowFiles(run, { values, names: table.names }, out!))
        await writeOut(path, contents);
      io.print(`${out}: ${formatCount(table.examples)} examples`);
      return { run: directory, latents, examples: table.examples, file: out };
    } finally {
      await vae.dispose();
    }
  },
});

/** Latent points of a table or an array. @throws {DataError} when there are other dimensions than the model's */
function pointsOf(data: Dataset, latent: number, path: string): Float32Array {
  const { storage, schema, examples } = data;
  const values = exampleValues(data, { start: 0, end: examples });
  const named = schema.columns?.flatMap(({ name }, at) => (/^mean_\d+$/.test(name ?? "") ? [at] : [])) ?? [];
  const columns = named.length > 0 ? named : Array.from({ length: storage.size }, (_, at) => at);
  if (columns.length !== latent)
    throw new DataError(
      `${path} has ${columns.length} columns of latent points; the model has ${latent} dimensions`,
    );
  const points = new Float32Array(examples * latent);
  for (let row = 0; row < examples; row++)
    for (const [d, at] of columns.entries()) points[row * latent + d] = values[row * storage.size + at]!;
  return points;
}
