import { everyClass } from "../evaluate/given.ts";
import { imageRows } from "../plot/image-rows.ts";
import { sizeFor } from "./images.ts";
import { definePicture } from "./kind.ts";
import { subjectOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { fittingColumns } from "./reconstructions.ts";
import { rowMaker } from "./row-maker.ts";

const COUNT = 100;
const PROFILES = 20;
const MOST_PROFILES = 5;

export const samples = definePicture({
  about: "decodings of random points of the prior",
  options: shared("data", "count", "seed", "temperature", "columns", "zoom", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    const { run, options, watch } = scene;
    const toRows = await rowMaker(scene);
    const { seed = 0, temperature = 1, zoom, invert } = options;
    const count =
      options.count ??
      (toRows(new Float32Array(run.vae.model.inputShape.reduce((a, b) => a * b, 1))).profiles
        ? PROFILES
        : COUNT);
    const values = await watch("samples", "samples", (work) =>
      run.vae.sample(count, {
        ...{ seed, temperature, ...work, ...everyClass(run.vae.model, count) },
        units: "model",
      }),
    );
    const drawn = toRows(values);
    const square = Math.min(20, Math.ceil(Math.sqrt(count)));
    const columns = options.columns ?? fittingColumns(count, drawn.profiles ? MOST_PROFILES : square);
    const rows = Math.ceil(count / columns);
    const cooler = temperature === 1 ? "" : `, drawn with a standard deviation of ${temperature}`;
    return imageRows(drawn.values, {
      ...drawn,
      columns,
      places: Array.from({ length: rows * columns }, (_, place) => (place < count ? place : -1)),
      rowLabels: Array.from({ length: rows }, (_, row) => {
        const [first, last] = [row * columns + 1, Math.min(count, (row + 1) * columns)];
        return first === last ? `${first}` : `${first}–${last}`;
      }),
      title: `Samples: random latent points, decoded\n${subjectOf(run)}${cooler}`,
      imageSize: sizeFor(zoom, drawn),
      invert,
    });
  },
});
