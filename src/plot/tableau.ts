/** Encoder and decoder of a two-dimensional latent space side by side. */
import { classesOf } from "./classes.ts";
import type { Figure } from "./figure.ts";
import { PRIOR_PERCENTILES } from "./latent-axes.ts";
import { type LatentFigureOptions, latentFigure } from "./latent-figure.ts";
import { type ManifoldOptions, manifoldPanel } from "./latent-manifold.ts";
import { type ScatterOptions, scatterPanel } from "./latent-scatter.ts";

/** How latent points and decodings are drawn side by side. */
export type TableauOptions = Omit<ScatterOptions, "caption"> &
  Omit<ManifoldOptions, "caption"> &
  LatentFigureOptions & {
    /** Over each plane; default: what it shows. */
    readonly captions?: readonly [encoder: string, decoder: string] | undefined;
  };

/**
 * Posterior means beside decodings, on the same axes: a point on the left lies at the place of its picture on the right.
 * @param means n × 2
 * @param decoded ny × nx images in the order of {@link latentGrid} for the same axes, values in [0, 1]
 * @throws {DataError} as latentScatter and latentManifold do
 * @throws {ConfigError} as latentScatter and latentManifold do
 */
export async function tableau(
  means: Float32Array,
  decoded: Float32Array,
  options: TableauOptions,
): Promise<Figure> {
  const { axes = PRIOR_PERCENTILES, captions = ["where examples are encoded", "what is decoded there"] } =
    options;
  const classes = classesOf(means.length / 2, options);
  const encoder = scatterPanel(means, classes, { ...options, axes, caption: captions[0] });
  const decoder = manifoldPanel(decoded, { ...options, axes, caption: captions[1] });
  return latentFigure([encoder, decoder], classes.entries, options);
}
