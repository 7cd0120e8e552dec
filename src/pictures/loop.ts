import { firstClass } from "../evaluate/given.ts";
import { figuresPixels } from "../plot/figure.ts";
import type { Loop, Scene } from "./kind.ts";
import { filmFigure, rowLook } from "./row-maker.ts";

/**
 * Decodes a path of latent points into the frames of a film.
 * @param points frames × together × latent
 * @param options.title of all frames, or of each
 */
export async function decodeLoop(
  scene: Scene,
  points: Float32Array,
  {
    together = 1,
    frameDuration = 80,
    title,
  }: { together?: number; frameDuration?: number; title: string | ((frame: number) => string) },
): Promise<Loop> {
  const { run, watch, options } = scene;
  const look = await rowLook(scene);
  const decoded = await watch("decoding", "points", (work) =>
    run.vae.decode(points, { ...work, ...firstClass(run.vae.model), units: "model" }),
  );
  const count = points.length / run.vae.model.latent / together;
  const size = decoded.length / count;
  const figures = Array.from({ length: count }, (_, frame) =>
    filmFigure(
      look,
      decoded.subarray(frame * size, (frame + 1) * size),
      together,
      typeof title === "string" ? title : title(frame),
      options.zoom,
    ),
  );
  const each = options.duration ?? frameDuration;
  return { frames: await figuresPixels(figures), frameDuration: each, lastFrameDuration: each };
}
