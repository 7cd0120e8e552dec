import { join } from "node:path";
import type { Pixels } from "../../plot/pixels.ts";
import { encodePng } from "../../plot/png.ts";
import { RUN_FILES } from "../../run/paths.ts";
import { positiveInteger, wholeNumber } from "../../settings.ts";
import { choose, splitFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { type FlagValues, listOf } from "../flags.ts";
import { alignColumns } from "../format.ts";
import type { Io } from "../io.ts";
import { outFileFlags, requireReplaceable, writeOut } from "../out-file.ts";
import { drawReconstructions, pictureFlags } from "../pictures.ts";
import { watched } from "../progress.ts";
import { openRun, openRunData, type TrainedRun } from "../trained-run.ts";

const plotFlags = {
  split: splitFlag,
  count: {
    short: "n",
    placeholder: "n",
    about: "how many examples, from the first on",
    schema: positiveInteger.default(20),
  },
  indices: {
    placeholder: "list",
    about: "which examples instead, counted from 0, as in 1,5,7",
    schema: listOf(wholeNumber, "whole numbers separated by commas").optional(),
  },
  ...pictureFlags,
  ...outFileFlags,
  out: { ...outFileFlags.out, about: "the picture, a PNG file; default: plots/KIND.png in the run" },
};

type PlotInput = FlagValues<typeof plotFlags>;

interface PlotKind {
  readonly about: string;
  draw(run: TrainedRun, input: PlotInput, io: Io): Promise<Pixels>;
}

const KINDS: Readonly<Record<string, PlotKind>> = {
  reconstructions: {
    about: "examples, and below each what the model makes of it",
    async draw(run, { split, count, indices, columns, zoom }, io) {
      const data = await openRunData(run, split, io);
      const first = Array.from({ length: Math.min(count, data.examples) }, (_, index) => index);
      return watched(io, "reconstructions", "examples", (work) =>
        drawReconstructions(run.vae, data, indices ?? first, { columns, zoom }, work),
      );
    },
  },
};

export const plot = defineCommand({
  details: `Kinds:
${alignColumns(Object.entries(KINDS).map(([kind, { about }]) => [`  ${kind}`, about])).join("\n")}

  vaekit plot reconstructions runs/mnist-1
  vaekit plot reconstructions runs/mnist-1 --indices 3,2,1,18 --out digits.png`,
  arguments: { kind: { about: "what to draw" }, run: { about: "run directory" } },
  flags: plotFlags,

  async run(input, io) {
    const { kind, run: directory, out, force } = input;
    const { draw } = choose("KIND", kind, KINDS);
    if (out !== undefined) requireReplaceable(out, force);
    const path = out ?? join(directory, RUN_FILES.plots, `${kind}.png`);
    const run = await openRun(directory);
    try {
      const pixels = await draw(run, input, io);
      await writeOut(path, await encodePng(pixels));
      io.print(path);
      return { run: directory, kind, file: path, width: pixels.width, height: pixels.height };
    } finally {
      await run.vae.dispose();
    }
  },
});
