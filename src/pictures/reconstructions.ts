import { exampleValues, take } from "../data/dataset.ts";
import { imageRows } from "../plot/image-rows.ts";
import { sizeFor } from "./images.ts";
import { definePicture } from "./kind.ts";
import { titleOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { rowMaker } from "./row-maker.ts";

const COUNT = 20;
const MOST_COLUMNS = 12;
const MOST_PROFILES = 5;

export const reconstructions = definePicture({
  about: "examples, and below each what the model makes of it",
  options: shared("data", "split", "count", "indices", "columns", "zoom", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    const { run, options, watch } = scene;
    const data = await scene.data();
    const toRows = await rowMaker(scene);
    const { indices, zoom, invert } = options;
    const count = Math.min(options.count ?? COUNT, data.examples);
    const chosen = take(data, indices ?? Array.from({ length: count }, (_, index) => index));
    const inputs = exampleValues(chosen, { start: 0, end: chosen.examples });
    const outputs = await watch("reconstructions", "examples", (work) =>
      run.vae.reconstruct(chosen, { ...work, units: "model" }),
    );
    const both = new Float32Array(inputs.length + outputs.length);
    both.set(inputs);
    both.set(outputs, inputs.length);
    const drawn = toRows(both);
    const columns =
      options.columns ?? fittingColumns(chosen.examples, drawn.profiles ? MOST_PROFILES : MOST_COLUMNS);
    const bands = Math.ceil(chosen.examples / columns);
    const places = Array.from({ length: 2 * bands * columns }, (_, place) => {
      const [row, column] = [Math.floor(place / columns), place % columns];
      const example = (row >> 1) * columns + column;
      return example < chosen.examples ? (row % 2) * chosen.examples + example : -1;
    });
    return imageRows(drawn.values, {
      ...drawn,
      columns,
      places,
      band: 2,
      rowLabels: Array.from({ length: 2 * bands }, (_, row) => (row % 2 === 0 ? "input" : "reconstruction")),
      title: await titleOf(scene, "Reconstructions"),
      imageSize: sizeFor(zoom, drawn),
      invert,
    });
  },
});

/** Columns at most, or so many fewer that no place stays empty, or the fewest do. */
export function fittingColumns(count: number, most: number): number {
  if (count <= most) return count;
  const empty = (columns: number) => Math.ceil(count / columns) * columns - count;
  let best = most;
  for (let columns = most - 1; 2 * columns >= most; columns--)
    if (empty(columns) < empty(best)) best = columns;
  return best;
}
