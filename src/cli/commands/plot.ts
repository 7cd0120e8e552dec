import { ConfigError } from "../../common/errors.ts";
import type { MadeFile, PlotKind, Scene } from "../../pictures/kind.ts";
import { openRun, openRunData, type TrainedRun } from "../../tasks/open.ts";
import { choose } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { alignColumns } from "../format.ts";
import type { Io } from "../io.ts";
import { plotFlags } from "../plot-flags.ts";
import { KINDS, requireUsedFlags } from "../plot-kinds.ts";
import { targetOf, writeDrawing } from "../plot-output.ts";

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
  flags: plotFlags,

  async run({ kind: name, run: directory, second, ...options }, io) {
    const kind = choose("KIND", name, KINDS);
    requireUsedFlags(name, kind, options);
    const pair = "make" in kind && kind.pair === true;
    if (second !== undefined && !pair)
      throw new ConfigError(`plot ${name} takes one run: ${second} is one too many`);
    const runs: TrainedRun[] = [];
    try {
      for (const each of second === undefined ? [directory] : [directory, second])
        runs.push(await openRun(each));
      const [run, other] = runs;
      const made = await make(name, kind, sceneOf(run!, options, io), other);
      for (const { file } of made) io.print(file);
      return { run: directory, kind: name, ...(made.length === 1 ? made[0] : { files: made }) };
    } finally {
      for (const { vae } of runs) await vae.dispose();
    }
  },
});

async function make(
  name: string,
  kind: PlotKind,
  scene: Scene,
  second: TrainedRun | undefined,
): Promise<readonly MadeFile[]> {
  if ("make" in kind) return kind.make(scene, second);
  const target = targetOf(name, kind.formats, scene.run.directory, scene.options);
  return [await writeDrawing(target, await kind.draw(scene, target.format))];
}

/** Opens the data when they are first needed, and once. */
function sceneOf(run: TrainedRun, options: Scene["options"], io: Io): Scene {
  let data: ReturnType<Scene["data"]> | undefined;
  return {
    run,
    options,
    io,
    data: () => {
      data ??= openRunData(run, options.split ?? "test", io, options.data);
      return data;
    },
  };
}
