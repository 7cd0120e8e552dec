import { everyClass } from "../evaluate/given.ts";
import { drawExamples } from "./images.ts";
import { definePicture } from "./kind.ts";
import { shared } from "./options.ts";

const COUNT = 100;

export const samples = definePicture({
  about: "decodings of random points of the prior",
  options: shared("data", "count", "seed", "temperature", "columns", "zoom"),
  formats: ["png"],
  async draw(scene) {
    const { run, options, watch } = scene;
    const { count = COUNT, seed = 0, temperature = 1, columns, zoom } = options;
    const values = await watch("samples", "samples", (work) =>
      run.vae.sample(count, {
        ...{ seed, temperature, ...work, ...everyClass(run.vae.model, count) },
        units: "model",
      }),
    );
    return drawExamples(values, run.vae.model, { columns, zoom }, await scene.range(run));
  },
});
