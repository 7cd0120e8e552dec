import { firstClass } from "../evaluate/given.ts";
import { hasPoints } from "../models/posteriors.ts";
import { imageRows } from "../plot/image-rows.ts";
import { traversal as traversalPoints } from "../plot/latent-directions.ts";
import { latentName } from "../plot/text.ts";
import { meanOf, requireExamples } from "./examples.ts";
import { imageMaker } from "./image-maker.ts";
import { definePicture } from "./kind.ts";
import { encodeData, iterationOf, rankDimensions, requireDimensions } from "./latent-view.ts";
import { shared } from "./options.ts";

const STEPS = 13;
const REACH = 3;

export const traversal = definePicture({
  about: "one row for each latent dimension, from -3 to 3 standard deviations, the largest KL first",
  options: shared("data", "split", "dimensions", "count", "from", "steps", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    const { run, options } = scene;
    const { model } = run.vae;
    const { dimensions, count = model.latent, from, steps = STEPS, invert } = options;
    requireDimensions(dimensions ?? [], model.latent);
    if (from !== undefined) requireExamples(await scene.data(), [from]);
    const posteriors = await encodeData(scene);
    const ranked = rankDimensions(run.vae, posteriors);
    const factsOf = (wanted: number) => ranked.find(({ dimension }) => dimension === wanted)!;
    const chosen = dimensions?.map(factsOf) ?? ranked.slice(0, count);

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
    const { values, shape } = (await imageMaker(scene))(await run.vae.decode(points, decoding));
    const measure = hasPoints(model) ? "variance" : "KL";
    const centre = from === undefined ? "the mean" : `example ${from}`;
    return imageRows(values, {
      shape,
      columns: steps,
      rowLabels: chosen.map(
        ({ dimension, weight }) => `${latentName(dimension)}, ${measure} ${weight.toFixed(2)}`,
      ),
      columnLabels: Array.from({ length: steps }, (_, step) =>
        sigmas(REACH * ((2 * step) / (steps - 1) - 1)),
      ),
      title: `about ${centre}, one latent dimension at a time, ${iterationOf(run)}`,
      invert,
    });
  },
});

function sigmas(amount: number): string {
  const size = Number(Math.abs(amount).toFixed(1));
  return size === 0 ? "0" : `${amount < 0 ? "−" : ""}${size} σ`;
}
