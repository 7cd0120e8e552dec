import { everyClass } from "../evaluate/given.ts";
import { conditionWidth } from "../models/condition.ts";
import type { ModelConfig } from "../models/config.ts";
import { imageRows } from "../plot/image-rows.ts";
import { fittingColumns, PROFILE_COLOUR, profilePanels } from "../plot/profile-panels.ts";
import { drawSamples } from "../tasks/draw-samples.ts";
import { sizeFor } from "./images.ts";
import { definePicture } from "./kind.ts";
import { subjectOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { areProfiles, rowLook } from "./row-maker.ts";

const COUNT = 100;
const PROFILES = 20;

export const samples = definePicture({
  about: "decodings of random points of the prior",
  options: shared("data", "count", "seed", "temperature", "columns", "zoom", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    const { run, options, watch } = scene;
    const look = await rowLook(scene);
    const { seed = 0, temperature = 1, zoom, invert } = options;
    const count = options.count ?? (areProfiles(look) ? PROFILES : COUNT);
    const given = everyClass(run.vae.model, count);
    const values = await drawSamples(run, count, {
      ...{ seed, temperature, watch, data: options.data, ...given },
      units: "model",
    });
    const cooler = temperature === 1 ? "" : `, drawn with a standard deviation of ${temperature}`;
    const title = `Samples: random latent points, decoded\n${subjectOf(run)}${cooler}`;
    if (areProfiles(look)) {
      const panels = look.linesOf(values).map((line, index) => ({
        title: `sample ${index + 1}`,
        lines: [{ values: line, colour: PROFILE_COLOUR }],
      }));
      return profilePanels(panels, { ...look.profile, columns: options.columns, title });
    }
    const drawn = look.toImages(values);
    // Samples of a conditioned model go through its classes in turn.
    const classes = classNames(run.vae.model);
    const square = Math.min(20, classes.length || Math.ceil(Math.sqrt(count)));
    const columns = options.columns ?? (classes.length === square ? square : fittingColumns(count, square));
    const rows = Math.ceil(count / columns);

    return imageRows(drawn.values, {
      shape: drawn.shape,
      columns,
      places: Array.from({ length: rows * columns }, (_, place) => (place < count ? place : -1)),
      columnLabels: columns === classes.length ? classes : undefined,
      rowLabels: Array.from({ length: rows }, (_, row) => {
        const [first, last] = [row * columns + 1, Math.min(count, (row + 1) * columns)];
        return first === last ? `${first}` : `${first}–${last}`;
      }),
      title,
      note: look.note,
      imageSize: sizeFor(zoom, drawn),
      invert,
    });
  },
});

function classNames({ condition }: ModelConfig): string[] {
  if (!condition) return [];
  return Array.from(
    { length: conditionWidth(condition) },
    (_, label) => condition.names?.[label] ?? `class ${label}`,
  );
}
