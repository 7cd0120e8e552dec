import { ConfigError } from "../common/errors.ts";
import { type Dataset, exampleValues, take } from "../data/dataset.ts";
import { firstClass } from "../evaluate/given.ts";
import { imageRows } from "../plot/image-rows.ts";
import { closedTour, interpolate as pointsBetween } from "../plot/latent-paths.ts";
import { GIVEN_COLOUR, profilePanels } from "../plot/profile-panels.ts";
import { exampleName, membersOf } from "./examples.ts";
import { definePicture } from "./kind.ts";
import { examplesText, subjectOf } from "./latent-view.ts";
import { decodeLoop } from "./loop.ts";
import { shared } from "./options.ts";
import { areProfiles, rowLook, wayColour, wayLines } from "./row-maker.ts";

const ROW = 11;
const FRAMES = 24;

export const interpolate = definePicture({
  about: "the way from one example to another: a row, or with --out x.gif a film there and back",
  options: shared("data", "split", "from", "to", "labels", "path", "steps", "duration", "zoom", "invert"),
  formats: ["png", "svg", "gif", "webp"],
  async draw(scene, format) {
    const { run, options } = scene;
    const { path = "straight", invert } = options;
    const { latent } = run.vae.model;
    const data = await scene.data();
    const ends = endsOf(data, options);
    const examples = take(data, ends);
    const { mean } = await run.vae.encode(examples);
    const film = format === "gif" || format === "webp";
    requireUsed(options, film);
    if (film)
      return decodeLoop(scene, closedTour(mean, latent, options.steps ?? FRAMES, path), {
        title: `From ${exampleName(data, ends[0])} to ${exampleName(data, ends[1])} and back\n${subjectOf(run)}`,
      });

    const { steps = ROW } = options;
    const [from, to] = [mean.slice(0, latent), mean.slice(latent)];
    const decoding = { ...firstClass(run.vae.model), units: "model" } as const;
    const decoded = await run.vae.decode(pointsBetween(from, to, steps, path), decoding);
    const inputs = exampleValues(examples, { start: 0, end: 2 });
    const size = inputs.length / 2;
    const row = new Float32Array(decoded.length + inputs.length);
    row.set(inputs.subarray(0, size), 0);
    row.set(decoded, size);
    row.set(inputs.subarray(size), size + decoded.length);
    const look = await rowLook(scene);
    const [first, last] = ends.map((index) => exampleName(data, index));
    const way = path === "straight" ? "Straight" : "Along the sphere,";
    const title = `From ${first} to ${last}\n${way} through latent space; ${subjectOf(run)}, ${examplesText(data.split)}`;
    if (areProfiles(look)) {
      const lines = look.linesOf(row);
      const given = [0, lines.length - 1].map((at) => ({
        title: `input: ${at === 0 ? first : last}`,
        lines: [{ values: lines[at]!, colour: GIVEN_COLOUR }],
      }));
      const between = { title: "decoded between them", lines: wayLines(lines.slice(1, -1)) };
      const key = [0, 0.5, 1].map((part) => ({ name: share(part), colour: wayColour(part) }));
      const panels = [given[0]!, between, given[1]!];
      return profilePanels(panels, { ...look.profile, title, key, panelWidth: 260 });
    }
    const drawn = look.toImages(row);
    return imageRows(drawn.values, {
      shape: drawn.shape,
      columns: steps + 2,
      columnLabels: [
        "input",
        ...Array.from({ length: steps }, (_, step) => share(step / (steps - 1))),
        "input",
      ],
      title,
      note: look.note,
      invert,
    });
  },
});

type Options = Parameters<typeof interpolate.draw>[0]["options"];

/** Two examples by their indices, or the first ones of two classes, or the first two of one. */
function endsOf(data: Dataset, { from, to, labels }: Options): [number, number] {
  if (!labels) return [from ?? 0, to ?? 1];
  if (from !== undefined || to !== undefined)
    throw new ConfigError("--labels was given beside --from or --to: give classes or examples");
  const [first, second = first] = labels;
  if (labels.length > 2)
    throw new ConfigError(`--labels has ${labels.length}: give one class, or two as in 3,8`);
  const members = (label: number) => membersOf(data, label, "classes to go between need them");
  if (first !== second) return [members(first!)[0]!, members(second!)[0]!];
  const [one, other = one] = members(first!);
  return [one!, other!];
}

/** @throws {ConfigError} for an option of films beside a row of images, or of rows beside a film */
function requireUsed({ duration, zoom, invert }: Options, film: boolean): void {
  if (film && invert) throw new ConfigError("--invert is for pictures: a film of an interpolation has none");
  if (!film && (duration ?? zoom) !== undefined)
    throw new ConfigError(
      `${zoom === undefined ? "--duration" : "--zoom"} is for films: pass --out with a name that ends in .gif`,
    );
}

function share(part: number): string {
  return `${Math.round(100 * part)} %`;
}
