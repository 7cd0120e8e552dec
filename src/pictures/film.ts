import { ConfigError } from "../common/errors.ts";
import { firstClass } from "../evaluate/given.ts";
import type { Figure } from "../plot/figure.ts";
import { figurePixels } from "../plot/figure.ts";
import { fittingAxes, jointAxes, type LatentAxes, latentGrid } from "../plot/latent-axes.ts";
import { latentManifold } from "../plot/latent-manifold.ts";
import { latentScatter } from "../plot/latent-scatter.ts";
import type { Pixels } from "../plot/pixels.ts";
import { tableau } from "../plot/tableau.ts";
import { RunDirectory } from "../run/directory.ts";
import { filmOf } from "../run/film.ts";
import { classOptions } from "./class-options.ts";
import { imageMaker } from "./image-maker.ts";
import type { Images } from "./images.ts";
import { definePicture, type Loop, type Scene } from "./kind.ts";
import { frameTitle, type PlaneView, planeOf, requirePlane } from "./latent-view.ts";
import { shared } from "./options.ts";
import { axesGiven, gridFor, planeAxes, scatterLook, TABLEAU_GRID } from "./planes.ts";

/** The latent plane at one moment of the training. */
interface Moment {
  readonly iteration: number;
  readonly view: PlaneView;
  readonly images: Images;
}

/** All moments, with the axes on which they are decoded. */
interface Development {
  readonly moments: readonly Moment[];
  readonly axes: LatentAxes;
  /** Cells across. */
  readonly nx: number;
}

type FilmName = "encoder" | "decoder" | "tableau";
const FILMS: readonly FilmName[] = ["encoder", "decoder", "tableau"];
const WIDTH = 900;
/** Width of a film of one plane over that of both. */
const SINGLE = 0.58;

export const film = definePicture({
  about: "the latent plane being learnt, from both sides, as GIF and WebP (trained with --film)",
  options: shared(
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
  ),

  formats: ["gif", "webp"],
  films: FILMS,

  async check({ run, options }) {
    await recordingOf(run);
    requirePlane(run, "a film");
    const { width = WIDTH } = options;
    if (width < 400) throw new ConfigError(`--width is ${width}: a film must be at least 400 pixels wide`);
  },

  async draw(scene) {
    const { width = WIDTH, duration: frameDuration } = scene.options;
    const development = await develop(scene, await recordingOf(scene.run));
    const frames = await render(scene, development, width);
    const loops = FILMS.map((name): [string, Loop] => [name, { frames: frames[name], frameDuration }]);
    return { films: Object.fromEntries(loops) };
  },
});

async function recordingOf({ directory }: Scene["run"]) {
  return filmOf(await RunDirectory.open(directory));
}

/** Encodes and decodes with the weights of each moment. */
async function develop(
  scene: Scene,
  recording: Awaited<ReturnType<typeof recordingOf>>,
): Promise<Development> {
  const { run, watch, options } = scene;
  const data = await scene.data();
  const toImages = await imageMaker(scene);
  // Those of the model that was kept, for all frames.
  const axes = axesGiven(options) ?? planeAxes(run.vae.model, (await run.vae.encode(data)).mean);
  const [nx, ny] = gridFor(scene, TABLEAU_GRID, axes);
  const points = latentGrid(axes, nx, ny);
  const live = run.vae.weights!;
  const recorded = await recording.iterations();
  // The last frame is the model that was kept, which is rarely at a power of √2 and may lie before the last of them.
  const kept = {
    iteration: run.keptIteration,
    parameters: live.parameters.slice(),
    states: live.states.slice(),
  };
  const iterations = [...recorded.filter((each) => each < kept.iteration), kept.iteration];
  return watch("developing", "frames", async ({ signal, onProgress }) => {
    const moments: Moment[] = [];
    for (const iteration of iterations) {
      signal?.throwIfAborted();
      // Compiled functions read the weights in place.
      const { parameters, states } =
        iteration === kept.iteration ? kept : await recording.read(iteration, live.layout);
      live.parameters.set(parameters);
      live.states.set(states);
      const view = planeOf(scene, await run.vae.encode(data));
      const decoding = { ...firstClass(run.vae.model), units: "model" } as const;
      moments.push({ iteration, view, images: toImages(await run.vae.decode(points, decoding)) });
      onProgress?.(moments.length, iterations.length);
    }
    return { moments, axes, nx };
  });
}

/** Draws all frames on the axes that show every point of every moment. */
async function render(
  scene: Scene,
  { moments, axes, nx }: Development,
  width: number,
): Promise<Record<FilmName, Pixels[]>> {
  const { options, watch } = scene;
  const classes = await classOptions(scene);
  const { invert } = options;
  const encoderAxes = axesGiven(options) ?? widest(moments);
  const single = { width: Math.round(SINGLE * width), pixelRatio: 1 };
  const frames: Record<FilmName, Pixels[]> = { encoder: [], decoder: [], tableau: [] };
  const add = async (name: FilmName, figure: Promise<Figure>) =>
    frames[name].push(await figurePixels(await figure));
  await watch("drawing", "frames", async ({ signal, onProgress }) => {
    for (const [at, { iteration, view, images }] of moments.entries()) {
      signal?.throwIfAborted();
      const title = frameTitle(scene.run, iteration);
      const look = scatterLook(scene, view, classes);
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
  return jointAxes(moments.map(({ view }) => fittingAxes(view.means)));
}
