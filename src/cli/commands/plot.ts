import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import type { SplitName } from "../../data/dataset.ts";
import type { Scene } from "../../pictures/kind.ts";
import { PICTURES } from "../../pictures/kinds.ts";
import { writeReport } from "../../report/write-report.ts";
import { openRun, openRunSplits, rangeOfRunData, type TrainedRun } from "../../tasks/open.ts";
import { checkpointFlag, choose } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { alignColumns } from "../format.ts";
import type { Io } from "../io.ts";
import { outFileFlags } from "../out-file.ts";
import { KINDS, kindFlags, requireUsedFlags } from "../plot-kinds.ts";
import { writePicture } from "../plot-output.ts";
import { watchOn } from "../progress.ts";

export const plot = defineCommand({
  details: `Kinds:
${alignColumns(Object.entries(KINDS).map(([kind, { about }]) => [`  ${kind}`, about])).join("\n")}

Each kind takes some of the options, and says so when given another.

  vaekit plot reconstructions runs/mnist-1 --indices 3,2,1,18 --out digits.png
  vaekit plot tableau runs/plane --split train
  vaekit plot interpolate runs/plane --labels 3,8 --out three-to-eight.gif
  vaekit plot compare runs/plane runs/plain`,
  arguments: {
    kind: { about: "what to draw" },
    run: { about: "run directory" },
    second: { about: "another run directory, to compare with", optional: true },
  },
  flags: {
    ...kindFlags,
    checkpoint: checkpointFlag,
    out: {
      ...outFileFlags.out,
      about: "the picture's file, or the films' folder; default: plots in the run",
    },
    force: { ...outFileFlags.force, schema: z.boolean().optional() },
  },

  async run({ kind: name, run: directory, second, out, force, checkpoint, ...given }, io) {
    const options: Scene["options"] = given;
    choose("KIND", name, KINDS);
    const picture = PICTURES[name];
    requireUsedFlags(name, picture ? options : { ...options, out, force, checkpoint });
    if (second !== undefined && !picture?.pair)
      throw new ConfigError(`plot ${name} takes one run: ${second} is one too many`);
    const runs: TrainedRun[] = [];
    try {
      for (const each of second === undefined ? [directory] : [directory, second])
        runs.push(await openRun(each, checkpoint, (message) => io.warn(message)));
      const [run, other] = runs as [TrainedRun, TrainedRun?];
      const made = picture
        ? await writePicture(name, picture, sceneOf(run, other, options, io), { out, force })
        : [await makeReport(run, options.data, io)];
      for (const { file } of made) io.print(file);
      return { run: directory, kind: name, ...(made.length === 1 ? made[0] : { files: made }) };
    } finally {
      for (const { vae } of runs) await vae.dispose();
    }
  },
});

async function makeReport({ directory }: TrainedRun, source: string | undefined, io: Io) {
  const file = await watchOn(io)("report", "examples", (work) => writeReport(directory, { source, ...work }));
  return { file };
}

/** Opens the data when they are first needed, and once. */
function sceneOf(run: TrainedRun, second: TrainedRun | undefined, options: Scene["options"], io: Io): Scene {
  let splits: ReturnType<typeof openRunSplits> | undefined;
  return {
    run,
    second,
    options,
    watch: watchOn(io),
    async data(split: SplitName = options.split ?? "test") {
      splits ??= openRunSplits(run, options.data, (message) => io.warn(message));
      return (await splits)[split];
    },
    range: (each) => rangeOfRunData(each, options.data),
  };
}
