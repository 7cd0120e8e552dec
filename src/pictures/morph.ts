import { closedTour } from "../plot/latent-paths.ts";
import { className, labelsOf, meanOf, membersOf, typicalMember } from "./examples.ts";
import { definePicture } from "./kind.ts";
import { encodeData, subjectOf } from "./latent-view.ts";
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
    const labels = scene.options.labels ?? all.filter((label) => label >= 0);
    const members = labels.map((label) => membersOf(data, label, needs));
    const posteriors = await encodeData(scene);
    const stops = members.flatMap((each) => [
      ...meanOf(posteriors, latent, typicalMember(posteriors, latent, each)),
    ]);
    const names = labels.map((label) => className(data, label));
    return decodeLoop(scene, closedTour(Float32Array.from(stops), latent, steps, path), {
      title: (frame) => {
        const leg = Math.floor(frame / steps);
        return `Morph: from ${names[leg]} to ${names[(leg + 1) % names.length]}\n${subjectOf(scene.run)}`;
      },
    });
  },
});
