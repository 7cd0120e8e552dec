/** Pictures: plain arrays in, a figure, pixels or an encoded picture out. No run directory needed. */

export { normalQuantile } from "./numerics/normal.ts";
export {
  type PrincipalComponents,
  type Projection,
  principalComponents,
  project,
} from "./numerics/principal-components.ts";
export { type Curve, type CurvesOptions, curvesFigure } from "./plot/curves.ts";
export { type Figure, figurePixels, figureSvg } from "./plot/figure.ts";
export { encodeGif, encodeWebp, type FilmOptions } from "./plot/film.ts";
export { type HeatmapOptions, heatmap } from "./plot/heatmap.ts";
export { type ImageGridOptions, imageGrid } from "./plot/image-grid.ts";
export { type ImageRowsOptions, imageRows } from "./plot/image-rows.ts";
export { fittingAxes, type LatentAxes, latentGrid, PRIOR_PERCENTILES } from "./plot/latent-axes.ts";
export { alongDirection, attributeVector, traversal } from "./plot/latent-directions.ts";
export { latentManifold, type ManifoldOptions } from "./plot/latent-manifold.ts";
export { closedTour, type Interpolation, interpolate, priorWalk } from "./plot/latent-paths.ts";
export { latentScatter, type ScatterOptions } from "./plot/latent-scatter.ts";
export type { Pixels } from "./plot/pixels.ts";
export { encodePng } from "./plot/png.ts";
export { type ProfilePanelsOptions, profilePanels } from "./plot/profile-panels.ts";
export { type ReconstructionsOptions, reconstructionsPicture } from "./plot/reconstructions.ts";
export { type RowImages, rowsAsHeatMaps, rowsAsLines } from "./plot/rows-as-images.ts";
export { type TableauOptions, tableau } from "./plot/tableau.ts";
export { type HalfBlocksOptions, halfBlocks } from "./plot/terminal.ts";
