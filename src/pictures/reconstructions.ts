import { watched } from "../cli/progress.ts";
import { drawReconstructions } from "./images.ts";
import type { PictureKind } from "./kind.ts";

const COUNT = 20;

export const reconstructions: PictureKind = {
  about: "examples, and below each what the model makes of it",
  flags: ["data", "split", "count", "indices", "columns", "zoom"],
  formats: ["png"],
  async draw({ run, options, io, data }) {
    const examples = await data();
    const { count = COUNT, indices, columns, zoom } = options;
    const first = Array.from({ length: Math.min(count, examples.examples) }, (_, index) => index);
    return watched(io, "reconstructions", "examples", (work) =>
      drawReconstructions(run.vae, examples, indices ?? first, { columns, zoom }, work),
    );
  },
};
