import { firstClass } from "../evaluate/given.ts";
import { hasPoints } from "../models/posteriors.ts";
import { imageRows } from "../plot/image-rows.ts";
import { traversal as traversalPoints } from "../plot/latent-directions.ts";
import { profilePanels } from "../plot/profile-panels.ts";
import { latentName } from "../plot/text.ts";
import { meanOf, requireExamples } from "./examples.ts";
import { definePicture } from "./kind.ts";
import { encodeData, rankDimensions, requireDimensions, subjectOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { areProfiles, rowLook, wayColour, wayLines } from "./row-maker.ts";

const STEPS = 13;
/** Lines in a frame that can be told apart. */
const LINES = 7;
const REACH = 3;
/** Rows that fit a slide. */
const MOST = 10;
/** Nats of KL, or variance of the means, below which a dimension carries nothing. */
const NOTHING = 0.01;

export const traversal = definePicture({
  about: "one row for each latent dimension, from -3 to 3 standard deviations, the largest KL first",
  options: shared("data", "split", "dimensions", "count", "from", "steps", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    const { run, options } = scene;
    const { model } = run.vae;
    const { dimensions, count, from, invert } = options;
    const look = await rowLook(scene);
    const steps = options.steps ?? (areProfiles(look) ? LINES : STEPS);
    requireDimensions(dimensions ?? [], model.latent);
    if (from !== undefined) requireExamples(await scene.data(), [from]);
    const posteriors = await encodeData(scene);
    const ranked = rankDimensions(run.vae, posteriors);
    const factsOf = (wanted: number) => ranked.find(({ dimension }) => dimension === wanted)!;
    const telling = ranked.filter(({ weight }) => weight > NOTHING);
    const shown = count ?? Math.max(1, Math.min(MOST, telling.length));
    const chosen = dimensions?.map(factsOf) ?? ranked.slice(0, shown);

    const byDimension = Array.from({ length: model.latent }, (_, dimension) => factsOf(dimension));
    const base =
      from === undefined
        ? Float32Array.from(byDimension, ({ mean }) => mean)
        : meanOf(posteriors, model.latent, from);
    const points = traversalPoints(
      base,
      byDimension.map(({ deviation }) => deviation),
      chosen.map(({ dimension }) => dimension),
      { steps, reach: REACH },
    );
    const decoding = { ...firstClass(run.vae.model), units: "model" } as const;
    const measure = hasPoints(model) ? "variance" : "KL";
    const centre = from === undefined ? "the mean" : `example ${from}`;
    const labels = chosen.map(
      ({ dimension, weight }) => `${latentName(dimension)} · ${measure} ${weight.toFixed(2)}`,
    );
    const places = Array.from({ length: steps }, (_, step) => sigmas(REACH * ((2 * step) / (steps - 1) - 1)));
    const title = `One latent dimension at a time, about ${centre}\n${subjectOf(run)}`;
    const others =
      dimensions || shown >= model.latent ? undefined : leftOutText(shown, model.latent, telling.length);
    const decoded = await run.vae.decode(points, decoding);
    if (areProfiles(look)) {
      const lines = look.linesOf(decoded);
      const panels = labels.map((label, row) => ({
        title: label,
        lines: wayLines(lines.slice(row * steps, (row + 1) * steps)),
      }));
      const key = places.map((name, step) => ({ name, colour: wayColour(step / (steps - 1)) }));
      const note = [others, look.profile.note].filter(Boolean).join(" ");
      return profilePanels(panels, { ...look.profile, title, key, note: note || undefined });
    }
    const drawn = look.toImages(decoded);
    return imageRows(drawn.values, {
      shape: drawn.shape,
      columns: steps,
      rowLabels: labels,
      columnLabels: places,
      title,
      note: [others, look.note].filter(Boolean).join(" ") || undefined,
      invert,
    });
  },
});

function sigmas(amount: number): string {
  const size = Number(Math.abs(amount).toFixed(1));
  return size === 0 ? "0" : `${amount < 0 ? "−" : ""}${size} σ`;
}

/** How many dimensions are not drawn, and whether they matter. */
function leftOutText(shown: number, all: number, telling: number): string {
  const more = Math.max(0, telling - shown);
  const idle = all - telling;
  if (telling === 0)
    return `None of the ${all} dimensions carries anything; ${shown === 1 ? "one is" : `${shown} are`} shown.`;
  const verb = (count: number) => (count === 1 ? "carries" : "carry");
  const parts = [
    more > 0 && `${more} more ${verb(more)} something`,
    idle > 0 && `${idle} ${verb(idle)} nothing`,
  ].filter(Boolean);
  return `${shown} of ${all} dimensions ${shown === 1 ? "is" : "are"} shown: ${parts.join(", ")} (--count draws more).`;
}
