import { join } from "node:path";
import { requireReplaceable, writeOut } from "../cli/out-file.ts";
import { watched } from "../cli/progress.ts";
import { ConfigError } from "../common/errors.ts";
import { fileError } from "../files/file-error.ts";
import { makeFolder } from "../files/make-folder.ts";
import type { Figure } from "../plot/figure.ts";
import { figurePixels } from "../plot/figure.ts";
import { encodeGif, encodeWebp } from "../plot/film.ts";
import { fittingAxes, latentGrid } from "../plot/latent-axes.ts";
import { latentManifold } from "../plot/latent-manifold.ts";
import { latentScatter } from "../plot/latent-scatter.ts";
import type { Pixels } from "../plot/pixels.ts";
import { tableau } from "../plot/tableau.ts";
import { RunDirectory } from "../run/directory.ts";
import { filmOf } from "../run/film.ts";
import { RUN_FILES } from "../run/paths.ts";
import { imageMaker } from "./image-maker.ts";
import type { Images } from "./images.ts";
import type { MadeFile, Scene, WorkKind } from "./kind.ts";
import { frameTitle, type PlaneView, planeOf, requirePlane } from "./latent-view.ts";
import { axesGiven, priorAxes, scatterLook, TABLEAU_GRID } from "./planes.ts";

/** The latent plane at one moment of the training. */
interface Moment {
  readonly iteration: number;
  readonly view: PlaneView;
  readonly images: Images;
}

type FilmName = "encoder" | "decoder" | "tableau";
const FILMS: readonly FilmName[] = ["encoder", "decoder", "tableau"];
const ENCODERS = { gif: encodeGif, webp: encodeWebp };
const WIDTH = 900;
/** Width of a film of one plane over that of both. */
const SINGLE = 0.58;

export const film: WorkKind = {
  about: "the latent plane being learnt, from both sides, as GIF and WebP (trained with --film)",
  flags: [
    "data",
    "split",
    "grid",
    "range",
    "ellipses",
    "contours",
    "width",
    "colours",
    "invert",
    "format",
    "duration",
  ],

  async make(scene) {
    const { run, options } = scene;
    const { out, force = false, format = "both", duration, width = WIDTH } = options;
    const recording = await filmOf(await RunDirectory.open(run.directory));
    requirePlane(run, "a film");
    if (width < 400) throw new ConfigError(`--width is ${width}: a film must be at least 400 pixels wide`);
    const folder = out ?? join(run.directory, RUN_FILES.plots);
    const formats = format === "both" ? (["gif", "webp"] as const) : [format];
    const pathOf = (name: FilmName, ending: string) => join(folder, `${name}.${ending}`);
    if (out !== undefined)
      for (const name of FILMS) for (const each of formats) requireReplaceable(pathOf(name, each), force);
    await makeFolder(folder).catch((error) => {
      throw fileError(`cannot make the folder ${folder}`, error);
    });

    const moments = await develop(scene, recording);
    const frames = await render(scene, moments, width);
    const made: MadeFile[] = [];
    for (const name of FILMS)
      for (const ending of formats) {
        const pixels = frames[name];
        const file = pathOf(name, ending);
        await writeOut(file, await ENCODERS[ending](pixels, { frameDuration: duration }));
        made.push({ file, width: pixels[0]!.width, height: pixels[0]!.height });
      }
    return made;
  },
};

/** Encodes and decodes with the weights of each moment. */
async function develop(
  scene: Scene,
  recording: Awaited<ReturnType<typeof filmOf>>,
): Promise<readonly Moment[]> {
  const { run, io, options } = scene;
  const data = await scene.data();
  const toImages = await imageMaker(scene);
  const [nx, ny] = options.grid ?? TABLEAU_GRID;
  const points = latentGrid(axesGiven(options) ?? priorAxes(run.vae.model), nx, ny);
  const live = run.vae.weights!;
  const iterations = await recording.iterations();
  return watched(io, "developing", "frames", async ({ signal, onProgress }) => {
    const moments: Moment[] = [];
    for (const iteration of iterations) {
      signal?.throwIfAborted();
      // Compiled functions read the weights in place.
      const { parameters, states } = await recording.read(iteration, live.layout);
      live.parameters.set(parameters);
      live.states.set(states);
      const view = planeOf(scene, await run.vae.encode(data));
      moments.push({ iteration, view, images: toImages(await run.vae.decode(points)) });
      onProgress?.(moments.length, iterations.length);
    }
    return moments;
  });
}

/** Draws all frames on the axes that show every point of every moment. */
async function render(
  scene: Scene,
  moments: readonly Moment[],
  width: number,
): Promise<Record<FilmName, Pixels[]>> {
  const { options, io } = scene;
  const { labels } = await scene.data();
  const [nx] = options.grid ?? TABLEAU_GRID;
  const { invert } = options;
  const axes = axesGiven(options) ?? priorAxes(scene.run.vae.model);
  const encoderAxes = axesGiven(options) ?? widest(moments);
  const single = { width: Math.round(SINGLE * width), pixelRatio: 1 };
  const frames: Record<FilmName, Pixels[]> = { encoder: [], decoder: [], tableau: [] };
  const add = async (name: FilmName, figure: Promise<Figure>) =>
    frames[name].push(await figurePixels(await figure));
  await watched(io, "drawing", "frames", async ({ signal, onProgress }) => {
    for (const [at, { iteration, view, images }] of moments.entries()) {
      signal?.throwIfAborted();
      const title = frameTitle(iteration);
      const look = scatterLook(scene, view, labels);
      const layout = { shape: images.shape, nx, invert };
      await add("encoder", latentScatter(view.means, { ...look, ...single, title, axes: encoderAxes }));
      await add("decoder", latentManifold(images.values, { ...layout, ...single, title, axes }));
      const both = { ...look, ...layout, title, axes, width, pixelRatio: 1 };
      await add("tableau", tableau(view.means, images.values, both));
      onProgress?.(at + 1, moments.length);
    }
  });
  return frames;
}

function widest(moments: readonly Moment[]) {
  const all = moments.map(({ view }) => fittingAxes(view.means));
  return all.reduce((wide, each) => (each.x[1] > wide.x[1] ? each : wide));
}
