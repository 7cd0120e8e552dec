/** The latent plane as vector graphics: points with tooltips, decodings with axes. */
import type { Dataset } from "../../data/dataset.ts";
import type { PlaneView } from "../../pictures/latent-view.ts";
import { type ClassOptions, classesOf } from "../../plot/classes.ts";
import type { LatentAxes } from "../../plot/latent-axes.ts";
import { latentFigure } from "../../plot/latent-figure.ts";
import { manifoldPanel } from "../../plot/latent-manifold.ts";
import { mark } from "../../plot/legend.ts";
import { filledPixels } from "../../plot/pixels.ts";
import { html, type Markup } from "../html.ts";
import { pageKey, pageSvg } from "./figure.ts";

/** Of the figure in CSS pixels: as wide as a telephone, so that its letters are as large as the page's there. */
const WIDTH = 372;
/** More points make a page that is slow. */
const MOST_POINTS = 2000;
/** Pixels of decodings for each CSS pixel. */
const SHARPNESS = 3;

interface PointsOptions {
  readonly axes: LatentAxes;
  readonly look: ClassOptions;
  readonly alternative: string;
}

/** Where the encoder puts examples, evenly chosen where there are many. */
export async function pointsFigure(
  data: Dataset,
  { means, axisLabels }: PlaneView,
  { axes, look, alternative }: PointsOptions,
): Promise<{ readonly svg: Markup; readonly key: Markup }> {
  const classes = classesOf(data.examples, look);
  const shown = Math.min(MOST_POINTS, data.examples);
  const indices = Array.from({ length: shown }, (_, at) => Math.floor((at * data.examples) / shown));
  const points: Point[] = [];
  const radius = Math.min(3, Math.max(1.5, 60 / Math.sqrt(shown)));
  const figure = await latentFigure(
    [
      {
        axes,
        axisLabels,
        paint: () => filledPixels(1, 1, [255, 255, 255]),
        vectorPaint: (toPoint) => {
          for (const index of indices) {
            const [z1, z2] = [means[2 * index]!, means[2 * index + 1]!];
            const [x, y] = toPoint(z1, z2);
            if (Number.isFinite(x + y)) points.push({ x, y, z1, z2, index });
          }
          return points.map(({ x, y, index }) => mark(classes.styleOf(index), x, y, radius, 0.8)).join("");
        },
      },
    ],
    [],
    { width: WIDTH },
  );
  const nameOf = (index: number) => nameOfClass(data, look, index);
  const tips = points.map(({ x, y, z1, z2, index }) => [
    Math.round(x),
    Math.round(y),
    `example ${index}${nameOf(index)} at ${coordinate(z1)}, ${coordinate(z2)}`,
  ]);
  const svg = await pageSvg(figure, alternative, html` data-points="${JSON.stringify(tips)}"`);
  return { svg, key: pageKey(classes.entries.map(({ name, style }) => ({ name, sign: mark(style, 7, 7) }))) };
}

/** What the decoder makes of a grid of places. */
export async function decodingsFigure(
  decoded: Float32Array,
  options: { axes: LatentAxes; shape: readonly number[]; nx: number; alternative: string },
): Promise<Markup> {
  const panel = manifoldPanel(decoded, options);
  const figure = await latentFigure([panel], [], { width: WIDTH, pixelRatio: SHARPNESS });
  return pageSvg(figure, options.alternative);
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z1: number;
  readonly z2: number;
  readonly index: number;
}

function nameOfClass({ labels, schema }: Dataset, look: ClassOptions, index: number): string {
  const label = look.labels === undefined ? undefined : labels?.[index];
  if (label === undefined) return "";
  return label < 0 ? " (unlabelled)" : ` (${schema.labelNames?.[label] ?? label})`;
}

function coordinate(z: number): string {
  return z.toFixed(2).replace("-", "−");
}
