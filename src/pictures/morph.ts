import { closedTour } from "../plot/latent-paths.ts";
import { labelsOf, meanOf, membersOf, typicalMember } from "./examples.ts";
import { definePicture } from "./kind.ts";
import { encodeData } from "./latent-view.ts";
import { decodeLoop } from "./loop.ts";
import { shared } from "./options.ts";

const STEPS = 12;

export const morph = definePicture({
  about: "a film that goes round through typical examples of classes",
  options: shared("data", "split", "labels", "path", "steps", "duration", "zoom"),
  formats: ["gif", "webp"],
  async draw(scene) {
    const { steps = STEPS, path } = scene.options;
    const { latent } = scene.run.vae.model;
    const data = await scene.data();
    const needs = "a morph goes from class to class";
    const all = [...new Set(labelsOf(data, needs))].sort((a, b) => b - a);
    const members = (scene.options.labels ?? all).map((label) => membersOf(data, label, needs));
    const posteriors = await encodeData(scene);
    const stops = members.flatMap((each) => [
      ...meanOf(posteriors, latent, typicalMember(posteriors, latent, each)),
    ]);
    return decodeLoop(scene, closedTour(Float32Array.from(stops), latent, steps, path));
  },
});
