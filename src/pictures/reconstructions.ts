import { drawReconstructions } from "./images.ts";
import { definePicture } from "./kind.ts";
import { shared } from "./options.ts";

const COUNT = 20;

export const reconstructions = definePicture({
  about: "examples, and below each what the model makes of it",
  options: shared("data", "split", "count", "indices", "columns", "zoom"),
  formats: ["png"],
  async draw(scene) {
    const { run, options, watch } = scene;
    const examples = await scene.data();
    const { count = COUNT, indices, columns, zoom } = options;
    const first = Array.from({ length: Math.min(count, examples.examples) }, (_, index) => index);
    return watch("reconstructions", "examples", (work) =>
      drawReconstructions(run.vae, examples, indices ?? first, { columns, zoom }, work),
    );
  },
});
