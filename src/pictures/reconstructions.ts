import { exampleSize, exampleValues, take } from "../data/dataset.ts";
import { imageRows } from "../plot/image-rows.ts";
import type { Colour } from "../plot/pixels.ts";
import { fittingColumns, GIVEN_COLOUR, PROFILE_COLOUR, profilePanels } from "../plot/profile-panels.ts";
import { sizeFor } from "./images.ts";
import { definePicture } from "./kind.ts";
import { titleOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { areProfiles, type RowLook, rowLook } from "./row-maker.ts";

const COUNT = 20;
const PROFILES = 15;
const SIGNALS = 8;
const MOST_COLUMNS = 12;

export const reconstructions = definePicture({
  about: "examples, and below each what the model makes of it",
  options: shared("data", "split", "count", "indices", "columns", "zoom", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    const { run, options, watch } = scene;
    const data = await scene.data();
    const look = await rowLook(scene);
    const { indices, zoom, invert } = options;
    const count = Math.min(options.count ?? countFor(look, exampleSize(data)), data.examples);
    const chosen = take(data, indices ?? Array.from({ length: count }, (_, index) => index));
    const inputs = exampleValues(chosen, { start: 0, end: chosen.examples });
    const outputs = await watch("reconstructions", "examples", (work) =>
      run.vae.reconstruct(chosen, { ...work, units: "model" }),
    );
    const title = await titleOf(scene, "Reconstructions");
    if (areProfiles(look)) {
      const [given, made] = [look.linesOf(inputs), look.linesOf(outputs)];
      const nameOf = (index: number) => `example ${indices?.[index] ?? index}`;
      if (given[0]!.length > MOST_POINTS) {
        const columns = options.columns ?? fittingColumns(given.length, SIGNAL_COLUMNS);
        return profilePanels(signalBands(given, made, columns, nameOf), { ...look.profile, columns, title });
      }
      const panels = given.map((values, index) => ({
        title: nameOf(index),
        lines: [
          { values, colour: GIVEN_COLOUR, points: true },
          { values: made[index]!, colour: PROFILE_COLOUR },
        ],
      }));
      const key = [
        { name: "input", colour: GIVEN_COLOUR, points: true },
        { name: "reconstruction", colour: PROFILE_COLOUR },
      ];
      return profilePanels(panels, { ...look.profile, columns: options.columns, title, key });
    }
    const both = new Float32Array(inputs.length + outputs.length);
    both.set(inputs);
    both.set(outputs, inputs.length);
    const drawn = look.toImages(both);
    const columns = options.columns ?? fittingColumns(chosen.examples, MOST_COLUMNS);
    const bands = Math.ceil(chosen.examples / columns);
    const places = Array.from({ length: 2 * bands * columns }, (_, place) => {
      const [row, column] = [Math.floor(place / columns), place % columns];
      const example = (row >> 1) * columns + column;
      return example < chosen.examples ? (row % 2) * chosen.examples + example : -1;
    });
    return imageRows(drawn.values, {
      shape: drawn.shape,
      columns,
      places,
      band: 2,
      rowLabels: Array.from({ length: 2 * bands }, (_, row) => (row % 2 === 0 ? "input" : "reconstruction")),
      title,
      note: look.note,
      imageSize: sizeFor(zoom, drawn),
      invert,
    });
  },
});

function countFor(look: RowLook, size: number): number {
  if (!areProfiles(look)) return COUNT;
  return size > MOST_POINTS ? SIGNALS : PROFILES;
}

/** A line over more values than these hides them: signals are drawn below one another. */
const MOST_POINTS = 200;
const SIGNAL_COLUMNS = 4;

/** Rows of inputs, each with that of their reconstructions below. */
function signalBands(
  given: readonly Float32Array[],
  made: readonly Float32Array[],
  columns: number,
  nameOf: (index: number) => string,
) {
  return Array.from({ length: Math.ceil(given.length / columns) }, (_, band) => {
    const indices = given.map((_, index) => index).slice(band * columns, (band + 1) * columns);
    const panel = (what: string, lines: readonly Float32Array[], colour: Colour) => (index: number) => ({
      title: `${nameOf(index)}: ${what}`,
      lines: [{ values: lines[index]!, colour }],
    });
    return [
      ...indices.map(panel("input", given, GIVEN_COLOUR)),
      ...indices.map(panel("reconstruction", made, PROFILE_COLOUR)),
    ];
  }).flat();
}
