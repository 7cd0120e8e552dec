import { basename } from "node:path";
import { ConfigError } from "../common/errors.ts";
import { type Comparison, compareWithPrior } from "../evaluate/comparison.ts";
import { hasPoints } from "../models/posteriors.ts";
import { type Classes, type ClassOptions, classesOf } from "../plot/classes.ts";
import { fittingAxes, jointAxes, type LatentAxes } from "../plot/latent-axes.ts";
import { latentFigure } from "../plot/latent-figure.ts";
import { manifoldPanel } from "../plot/latent-manifold.ts";
import { scatterPanel } from "../plot/latent-scatter.ts";
import type { TrainedRun } from "../tasks/open.ts";
import { classOptions } from "./class-options.ts";
import { definePicture, type Scene } from "./kind.ts";
import { encodeData, type PlaneView, planeOf, requirePlane, subjectOf } from "./latent-view.ts";
import { shared } from "./options.ts";
import { axesGiven, decodeGrid, gridFor, scatterLook, TABLEAU_GRID } from "./planes.ts";

const WIDTH = 1000;

export const compare = definePicture({
  about: "two runs side by side, as a variational autoencoder and a deterministic one: planes and numbers",
  options: shared("data", "split", "grid", "range", "contours", "width", "colours", "invert", "seed"),
  formats: ["png", "svg"],
  pair: true,

  check({ run, second }) {
    if (!second)
      throw new ConfigError(`a comparison needs two runs: npx vaekit plot compare ${run.directory} RUN`);
    if (run.config.data.fingerprint !== second.config.data.fingerprint)
      throw new ConfigError(
        `${run.directory} and ${second.directory} were trained on different data: compare runs on the same`,
      );
    for (const each of [run, second]) requirePlane(each, "a comparison");
  },

  async draw(scene) {
    const { run, options, watch } = scene;
    const second = scene.second!;
    const scenes = [run, second].map((each) => ({ ...scene, run: each }));
    const { examples } = await scene.data();
    const look = await classOptions(scene);
    const classes = classesOf(examples, look);
    const views = [];
    for (const each of scenes) views.push(planeOf(each, await encodeData(each)));
    // One scale for all four planes: the runs compare, and a point above is the picture at its place below.
    const axes = axesGiven(options) ?? jointAxes(views.map(({ means }) => fittingAxes(means, 3)));
    const [train, heldOut] = [await scene.data("train"), await scene.data("test")];
    const [scatters, manifolds]: [ReturnType<typeof scatterPanel>[], ReturnType<typeof manifoldPanel>[]] = [
      [],
      [],
    ];
    const comparison: ComparedRun[] = [];
    for (const [at, each] of scenes.entries()) {
      const measured = await watch("comparing", "rows", (work) =>
        compareWithPrior(each.run.vae, { train, heldOut }, { seed: options.seed ?? 0, ...work }),
      );
      comparison.push(summaryOf(each.run.directory, measured));
      const [encoder, decoder] = await panelsOf(each, { classes, look, axes, view: views[at]! }, measured);
      scatters.push(encoder);
      manifolds.push(decoder);
    }
    const figure = await latentFigure([...scatters, ...manifolds], classes.entries, {
      columns: 2,
      width: options.width ?? WIDTH,
      title: `${basename(run.directory)} beside ${basename(second.directory)}\n${subjectOf(run)}; ${subjectOf(second)}`,
    });
    return { ...figure, facts: { comparison } };
  },
});

/** How a run's latent points lie to the standard normal prior. */
export interface ComparedRun {
  readonly run: string;
  /** RMS difference per value of samples from the nearest training row, and the same of held-out examples. */
  readonly nearestRow: number;
  readonly heldOutNearestRow: number;
  /** Share of draws from the prior with no latent point near: holes. */
  readonly uncovered: number;
  /** Share of latent points with no draw near. */
  readonly unreached: number;
}

interface Plane {
  readonly classes: Classes;
  readonly look: ClassOptions;
  readonly axes: LatentAxes;
  readonly view: PlaneView;
}

async function panelsOf(
  scene: Scene,
  { classes, look, axes, view }: Plane,
  { standard, heldOut }: Comparison,
) {
  const { options, run } = scene;
  const grid = gridFor(scene, TABLEAU_GRID, axes);
  const { decoded, ...layout } = await decodeGrid(scene, axes, grid);
  const { nearestRow, uncovered, unreached } = standard;
  return [
    scatterPanel(view.means, classes, {
      ...scatterLook(scene, view, look),
      axes,
      priorContours: options.contours ?? true,
      caption: `${nameOf(run)}: holes in ${percent(uncovered)} of the prior, ${percent(unreached)} of points outside it`,
    }),
    manifoldPanel(decoded, {
      ...layout,
      axes,
      invert: options.invert,
      caption: `RMS of samples to the nearest training row ${nearestRow.mean.toFixed(3)} (of test rows ${heldOut.mean.toFixed(3)})`,
    }),
  ] as const;
}

function summaryOf(run: string, { standard, heldOut }: Comparison): ComparedRun {
  const { nearestRow, uncovered, unreached } = standard;
  return { run, nearestRow: nearestRow.mean, heldOutNearestRow: heldOut.mean, uncovered, unreached };
}

function nameOf({ vae }: TrainedRun): string {
  return hasPoints(vae.model) ? "autoencoder" : "VAE";
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
