import { ConfigError } from "../common/errors.ts";
import { firstClass } from "../evaluate/given.ts";
import type { ModelConfig } from "../models/config.ts";
import { hasPoints, posteriorFamilyOf, posteriorRule } from "../models/posteriors.ts";
import { hasStandardPrior } from "../models/standard-latents.ts";
import type { ClassOptions } from "../plot/classes.ts";
import {
  aspectOf,
  fittingAxes,
  type LatentAxes,
  latentGrid,
  PRIOR_PERCENTILES,
} from "../plot/latent-axes.ts";
import { latentManifold } from "../plot/latent-manifold.ts";
import { latentScatter, type ScatterOptions } from "../plot/latent-scatter.ts";
import { tableau } from "../plot/tableau.ts";
import { classOptions } from "./class-options.ts";
import { dataOf, imageMaker } from "./image-maker.ts";
import { areImages } from "./images.ts";
import { definePicture, type Scene } from "./kind.ts";
import { encodeData, type PlaneView, planeOf, requirePlane, subjectOf, titleOf } from "./latent-view.ts";
import { type GridSize, shared } from "./options.ts";

const MANIFOLD_GRID: GridSize = [30, 30];
export const TABLEAU_GRID: GridSize = [20, 20];

function linearAxes(range: number): LatentAxes {
  return { scale: "linear", x: [-range, range], y: [-range, range] };
}

/** @returns undefined unless a range was given */
export function axesGiven({ range }: Pick<Scene["options"], "range">): LatentAxes | undefined {
  return range === undefined ? undefined : linearAxes(range);
}

/** Where codes are not known, the plane goes so far from the origin. */
const USUAL_RANGE = 3;

/** Lines and large images in small cells could not be read. */
const LARGE_GRID: GridSize = [12, 12];

/** Cells of a plane of decodings, which are square unless asked otherwise: fewer where each needs room. */
export function gridFor({ run, options }: Scene, usual: GridSize, axes: LatentAxes): GridSize {
  if (options.grid) return options.grid;
  const { inputShape } = run.vae.model;
  const [across] = !areImages(inputShape) || Math.max(...inputShape) > 40 ? LARGE_GRID : usual;
  return [across, Math.max(1, Math.round(across * aspectOf(axes)))];
}

/**
 * Percentiles of the prior where it is standard normal along each dimension. Otherwise, and where codes are points that
 * no prior holds together, coordinates about the codes.
 * @param means n × 2, where they are known
 */
export function planeAxes(model: ModelConfig, means?: Float32Array): LatentAxes {
  if (hasStandardPrior(model) && !hasPoints(model)) return PRIOR_PERCENTILES;
  return means ? fittingAxes(means) : linearAxes(USUAL_RANGE);
}

/** How points look, the same for every kind that shows them. */
export function scatterLook({ run, options }: Scene, view: PlaneView, classes: ClassOptions): ScatterOptions {
  const { ellipses, contours } = options;
  if (ellipses && hasPoints(run.vae.model))
    throw new ConfigError(
      `${run.directory} is a deterministic autoencoder, whose points have no spread: leave --ellipses out`,
    );
  if (ellipses && !posteriorRule(run.vae.model).isDiagonalNormal)
    throw new ConfigError(
      `the posterior is ${posteriorFamilyOf(run.vae.model).type}, which ellipses along the axes do not show: leave --ellipses out`,
    );
  if (ellipses && !view.logVariance)
    throw new ConfigError(
      "both --ellipses and --projection pca were given: ellipses lie along latent dimensions",
    );
  return {
    ...classes,
    axisLabels: view.axisLabels,
    priorContours: contours,
    ...(ellipses && { logVariance: view.logVariance }),
  };
}

/** The decoder's picture of each cell of a plane. */
export async function decodeGrid(scene: Scene, axes: LatentAxes, [nx, ny]: GridSize) {
  const { run, watch } = scene;
  const toImages = await imageMaker(scene);
  const decoded = await watch("decoding", "points", (work) =>
    run.vae.decode(latentGrid(axes, nx, ny), { ...work, ...firstClass(run.vae.model), units: "model" }),
  );
  const { values, shape } = toImages(decoded);
  return { decoded: values, shape, nx };
}

export const latent = definePicture({
  about: "where the encoder puts examples, coloured by label",
  options: shared(
    "data",
    "split",
    "dimensions",
    "projection",
    "range",
    "ellipses",
    "contours",
    "width",
    "colours",
  ),
  formats: ["png", "svg"],
  async draw(scene) {
    const view = planeOf(scene, await encodeData(scene));
    return latentScatter(view.means, {
      ...scatterLook(scene, view, await classOptions(scene)),
      axes: axesGiven(scene.options),
      title: await titleOf(scene, "Where the encoder puts examples"),
      width: scene.options.width,
    });
  },
});

async function axesOf(scene: Scene): Promise<LatentAxes> {
  const { model } = scene.run.vae;
  const usual = planeAxes(model);
  if (usual === PRIOR_PERCENTILES || !(await dataOf(scene))) return usual;
  return planeAxes(model, (await encodeData(scene)).mean);
}

export const manifold = definePicture({
  about: "what the decoder makes of every point of a latent plane",
  options: shared("data", "grid", "range", "width", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    requirePlane(scene.run, "a manifold");
    const { width = 760, invert } = scene.options;
    const axes = axesGiven(scene.options) ?? (await axesOf(scene));
    const grid = gridFor(scene, MANIFOLD_GRID, axes);
    const { decoded, ...layout } = await decodeGrid(scene, axes, grid);
    const places = axes.scale === "linear" ? "latent coordinates" : "percentiles of the prior";
    const title = `What is decoded at ${places}\n${subjectOf(scene.run)}`;
    return latentManifold(decoded, { ...layout, axes, title, width, invert });
  },
});

export const tableauKind = definePicture({
  about: "both side by side: a point on the left is the picture at its place on the right",
  options: shared("data", "split", "grid", "range", "ellipses", "contours", "width", "colours", "invert"),
  formats: ["png", "svg"],
  async draw(scene) {
    requirePlane(scene.run, "a tableau");
    const { width, invert } = scene.options;
    const view = planeOf(scene, await encodeData(scene));
    const axes = axesGiven(scene.options) ?? planeAxes(scene.run.vae.model, view.means);
    const grid = gridFor(scene, TABLEAU_GRID, axes);
    const { decoded, ...layout } = await decodeGrid(scene, axes, grid);
    const look = scatterLook(scene, view, await classOptions(scene));
    return tableau(view.means, decoded, {
      ...look,
      ...layout,
      axes,
      title: await titleOf(scene, "The latent plane from both sides"),
      width,
      invert,
    });
  },
});
