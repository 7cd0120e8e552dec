import { exampleValues, take } from "../data/dataset.ts";
import { firstClass } from "../evaluate/given.ts";
import { imageRows } from "../plot/image-rows.ts";
import { alongDirection, attributeVector } from "../plot/latent-directions.ts";
import { labelsOf, meanOf, membersOf, requireExamples, requirePair } from "./examples.ts";
import { definePicture } from "./kind.ts";
import { encodeData, subjectOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { rowMaker } from "./row-maker.ts";

const COUNT = 6;
const STEPS = 7;
/** How often the vector is added at the end of a row. */
const REACH = 1.5;

export const attributes = definePicture({
  about: "examples to which the mean of one class minus that of another is added",
  options: shared("data", "split", "labels", "count", "indices", "steps", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    const { run, options } = scene;
    const { latent } = run.vae.model;
    const { count = COUNT, steps = STEPS, invert } = options;
    const data = await scene.data();
    const needs = "attribute vectors lie between classes";
    const labels = labelsOf(data, needs);
    const [plus, minus] = requirePair(options.labels, "--labels 3,8 adds the mean of 3 minus the mean of 8");
    membersOf(data, plus, needs);
    const chosen = options.indices ?? membersOf(data, minus, needs).slice(0, count);
    requireExamples(data, chosen);

    const posteriors = await encodeData(scene);
    const direction = attributeVector(posteriors.mean, labels, latent, { plus, minus });
    const amounts = Array.from({ length: steps }, (_, step) => (REACH * step) / (steps - 1));
    const points = chosen.map((index) =>
      alongDirection(meanOf(posteriors, latent, index), direction, amounts),
    );
    const decoded = await run.vae.decode(Float32Array.from(points.flatMap((row) => [...row])), {
      ...firstClass(run.vae.model),
      units: "model",
    });
    const inputs = exampleValues(take(data, chosen), { start: 0, end: chosen.length });
    const size = inputs.length / chosen.length;
    const rows = chosen.flatMap((_, row) => [
      ...inputs.subarray(row * size, (row + 1) * size),
      ...decoded.subarray(row * steps * size, (row + 1) * steps * size),
    ]);
    const drawn = (await rowMaker(scene))(Float32Array.from(rows));
    return imageRows(drawn.values, {
      ...drawn,
      columns: steps + 1,
      columnLabels: ["input", ...amounts.map((amount) => `+${Number(amount.toFixed(2))}`)],
      rowLabels: chosen.map((index) => `example ${index}`),
      title: `Attribute vector: the mean of class ${plus} minus that of class ${minus}, added step by step\n${subjectOf(run)}`,
      invert,
    });
  },
});
