import { firstClass } from "../evaluate/given.ts";
import { imageGrid } from "../plot/image-grid.ts";
import { imageMaker } from "./image-maker.ts";
import type { Loop, Scene } from "./kind.ts";

/** Pixels of the picture's side, at most or about. */
const SIDE = 448;
const LEAST_SCALE = 1;

/** Decodes a path of latent points into the frames of a film. @param points frames × together × latent */
export async function decodeLoop(
  scene: Scene,
  points: Float32Array,
  { together = 1, frameDuration = 80 } = {},
): Promise<Loop> {
  const { run, watch, options } = scene;
  const toImages = await imageMaker(scene);
  const decoded = await watch("decoding", "points", (work) =>
    run.vae.decode(points, { ...work, ...firstClass(run.vae.model), units: "model" }),
  );
  const { values, shape } = toImages(decoded);
  const columns = Math.ceil(Math.sqrt(together));
  const across = columns * Math.max(shape[0]!, shape[1]!);
  const scale = options.zoom ?? Math.max(LEAST_SCALE, Math.round(SIDE / across));
  const size = values.length / (points.length / run.vae.model.latent / together);
  const frames = Array.from({ length: values.length / size }, (_, frame) =>
    imageGrid(values.subarray(frame * size, (frame + 1) * size), { shape, scale, columns }),
  );
  const each = options.duration ?? frameDuration;
  return { frames, frameDuration: each, lastFrameDuration: each };
}
