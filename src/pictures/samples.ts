import { watched } from "../cli/progress.ts";
import { rangeOfRunData } from "../tasks/open.ts";
import { drawExamples } from "./images.ts";
import type { PictureKind } from "./kind.ts";

const COUNT = 100;

export const samples: PictureKind = {
  about: "decodings of random points of the prior",
  flags: ["data", "count", "seed", "temperature", "columns", "zoom"],
  formats: ["png"],
  async draw({ run, options, io }) {
    const { count = COUNT, seed = 0, temperature = 1, columns, zoom } = options;
    const values = await watched(io, "samples", "samples", (work) =>
      run.vae.sample(count, { seed, temperature, ...work }),
    );
    return drawExamples(values, run.vae.model, { columns, zoom }, await rangeOfRunData(run, options.data));
  },
};
