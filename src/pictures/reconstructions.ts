import { exampleValues, take } from "../data/dataset.ts";
import { imageRows } from "../plot/image-rows.ts";
import { fittingColumns, GIVEN_COLOUR, PROFILE_COLOUR, profilePanels } from "../plot/profile-panels.ts";
import { sizeFor } from "./images.ts";
import { definePicture } from "./kind.ts";
import { titleOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { areProfiles, rowLook } from "./row-maker.ts";

const COUNT = 20;
const PROFILES = 15;
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
    const count = Math.min(options.count ?? (areProfiles(look) ? PROFILES : COUNT), data.examples);
    const chosen = take(data, indices ?? Array.from({ length: count }, (_, index) => index));
    const inputs = exampleValues(chosen, { start: 0, end: chosen.examples });
    const outputs = await watch("reconstructions", "examples", (work) =>
      run.vae.reconstruct(chosen, { ...work, units: "model" }),
    );
    const title = await titleOf(scene, "Reconstructions");
    if (areProfiles(look)) {
      const [given, made] = [look.linesOf(inputs), look.linesOf(outputs)];
      const panels = given.map((values, index) => ({
        title: `example ${indices?.[index] ?? index}`,
        lines: [
          { values, colour: GIVEN_COLOUR, points: values.length <= MOST_POINTS },
          { values: made[index]!, colour: PROFILE_COLOUR },
        ],
      }));
      const points = given[0]!.length <= MOST_POINTS;
      const key = [
        { name: "input", colour: GIVEN_COLOUR, points },
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

/** Of a signal of more values, the input is a line, too. */
const MOST_POINTS = 200;
