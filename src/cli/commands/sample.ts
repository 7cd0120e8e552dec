import { join } from "node:path";
import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { notNegative, positiveInteger } from "../../common/settings.ts";
import { DECODED_VALUES } from "../../evaluate/decoded-rows.ts";
import { drawExamples, type GridLook } from "../../pictures/images.ts";
import { shared } from "../../pictures/options.ts";
import { encodePng } from "../../plot/png.ts";
import { RUN_FILES } from "../../run/paths.ts";
import { drawSamples, SAMPLERS } from "../../tasks/draw-samples.ts";
import { openRun, rangeOfRunData, type TrainedRun } from "../../tasks/open.ts";
import type { DecodedRows, ModelUnits } from "../../vae/state.ts";
import { checkpointFlag, dataFlag, givenFlag, seedFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { listOf } from "../flags.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { flagsOf } from "../plot-flags.ts";
import { watchOn } from "../progress.ts";
import { ROW_FILES, rowEnding, rowFiles, usualValues } from "../rows-file.ts";

export const sample = defineCommand({
  details: `Latent points are drawn from the prior and decoded; a sample is the mean of the
decoder's distribution, or with --values draw a draw from it, noise and all.

  vaekit sample runs/mnist-1 -n 100
  vaekit sample runs/mnist-1 -n 1000 --temperature 0.8 --out samples.csv
  vaekit sample runs/birds-1 -n 20 --out sounds/`,
  arguments: { run: { about: "run directory" } },
  flags: {
    checkpoint: checkpointFlag,
    count: {
      short: "n",
      placeholder: "n",
      about: "how many samples",
      schema: positiveInteger.default(100),
    },
    seed: seedFlag,
    temperature: {
      placeholder: "t",
      about:
        "standard deviation of the latent points; below 1: more typical, less varied; of models with layers also one for each, as in 1,0.5, that next to the data first",
      schema: listOf(notNegative, "numbers from 0 up, separated by commas")
        .transform((each) => (each.length === 1 ? each[0]! : each))
        .default(1),
    },
    from: {
      placeholder: "name",
      about: `distribution of latent points: ${SAMPLERS.join(", ")}; all but the prior are fitted to the codes of training data; with settings as in gmm:components=20 (default: prior; of vector-quantized models autoregressive)`,
      schema: z.string().optional(),
    },
    data: { ...dataFlag, about: "with --from: data in place of the run's, whose codes are fitted" },
    given: givenFlag,
    values: {
      placeholder: "name",
      about:
        "of the decoder's distribution: its mean, its most likely values (mode) or a draw; default: mean, in files of tables with categories mode",
      schema: z.enum(DECODED_VALUES).optional(),
    },
    ...flagsOf(shared("columns", "zoom")),
    ...outFileFlags,
    out: {
      ...outFileFlags.out,
      about: `${ROW_FILES}; default: plots/samples.png in the run`,
    },
  },

  async run(
    {
      run: directory,
      checkpoint,
      count,
      seed,
      temperature,
      from,
      data,
      given,
      values: asked,
      out,
      force,
      ...options
    },
    io,
  ) {
    const path = out ?? join(directory, RUN_FILES.plots, "samples.png");
    const ending = rowEnding(path);
    const idle =
      ending !== ".png" && (["columns", "zoom"] as const).find((key) => options[key] !== undefined);
    if (idle)
      throw new ConfigError(`--${idle} is for pictures: leave it out, or write to a name that ends in .png`);
    if (out !== undefined) requireReplaceable(out, force);

    const run = await openRun(directory, checkpoint, (message) => io.warn(message));
    const { vae } = run;
    const usual = ending === ".png" || from !== undefined ? "mean" : usualValues(run.config);
    const told = asked ?? usual;
    try {
      const watch = watchOn(io);
      const draw = (units: Partial<ModelUnits>) =>
        drawSamples(run, count, { from, data, seed, temperature, values: told, given, watch, ...units });
      if (ending === ".png") await writeOut(path, await pictureOf(run, draw, options));
      else
        for await (const [file, contents] of rowFiles(run, { values: await draw({}) }, path))
          await writeOut(file, contents);
    } finally {
      await vae.dispose();
    }
    io.print(path);
    return { run: directory, file: path, count, seed, temperature, values: told };
  },
});

/** Draws samples, in the units of the data unless asked otherwise. */
type Draw = (units: Partial<ModelUnits>) => Promise<DecodedRows>;

async function pictureOf(run: TrainedRun, draw: Draw, options: GridLook) {
  const values = Float32Array.from(await draw({ units: "model" }));
  return encodePng(drawExamples(values, run.vae.model, options, await rangeOfRunData(run)));
}
