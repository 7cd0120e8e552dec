import { exampleValues, take } from "../data/dataset.ts";
import { firstClass } from "../evaluate/given.ts";
import { imageRows } from "../plot/image-rows.ts";
import { alongDirection, attributeVector } from "../plot/latent-directions.ts";
import { profilePanels } from "../plot/profile-panels.ts";
import { className, labelsOf, meanOf, membersOf, requireExamples, requirePair } from "./examples.ts";
import { definePicture } from "./kind.ts";
import { encodeData, subjectOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { areProfiles, rowLook, wayColour, wayLines } from "./row-maker.ts";

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
    const look = await rowLook(scene);
    const [added, taken] = [plus, minus].map((label) => className(data, label));
    const title = `Adding the mean of class ${added} minus that of class ${taken}\n${subjectOf(run)}`;
    const names = amounts.map((amount) => `+${Number(amount.toFixed(2))}`);
    if (areProfiles(look)) {
      const lines = look.linesOf(decoded);
      const panels = chosen.map((example, row) => ({
        title: `example ${example}`,
        lines: wayLines(lines.slice(row * steps, (row + 1) * steps)),
      }));
      const key = names.map((name, step) => ({ name, colour: wayColour(step / (steps - 1)) }));
      return profilePanels(panels, { ...look.profile, title, key, columns: 3, panelWidth: 260 });
    }
    const drawn = look.toImages(Float32Array.from(rows));
    return imageRows(drawn.values, {
      shape: drawn.shape,
      columns: steps + 1,
      columnLabels: ["input", ...names],
      rowLabels: chosen.map((index) => `example ${index}`),
      title,
      note: look.note,
      invert,
    });
  },
});
