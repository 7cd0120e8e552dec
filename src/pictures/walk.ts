import { EvaluationNoise } from "../evaluate/noise.ts";
import { priorWalk } from "../plot/latent-paths.ts";
import { definePicture } from "./kind.ts";
import { subjectOf } from "./latent-view.ts";
import { decodeLoop } from "./loop.ts";
import { shared } from "./options.ts";

const WALKERS = 16;
const STEPS = 100;
/** Correlation of a step with the next: a walker decorrelates in about 50 steps. */
const CORRELATION = 0.98;

export const walk = definePicture({
  about: "a film of points that wander through latent space at random",
  options: shared("data", "count", "steps", "seed", "temperature", "duration", "zoom"),
  formats: ["gif", "webp"],
  async draw(scene) {
    const { count = WALKERS, steps = STEPS, seed = 0, temperature = 1 } = scene.options;
    const width = count * scene.run.vae.model.latent;
    const draws = new Float32Array(steps * width);
    (await EvaluationNoise.create()).fill(draws, { seed, stream: "prior" });
    const points = priorWalk(draws, width, CORRELATION).map((value) => temperature * value);
    return decodeLoop(scene, points, {
      together: count,
      title: `Random walks through latent space\n${subjectOf(scene.run)}`,
    });
  },
});
