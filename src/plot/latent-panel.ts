/** One plane of a latent figure: its axes, what is painted inside them, and the lines drawn over it. */
import { aspectOf, type LatentAxes, percentileTicks, positionOf, requireAxes } from "./latent-axes.ts";
import type { Pixels } from "./pixels.ts";
import { plotElements } from "./plot-elements.ts";
import type { Box } from "./scaled-image.ts";
import { plainText } from "./text.ts";

export interface LatentPanel {
  readonly axes: LatentAxes;
  /** Default: z₁ and z₂. */
  readonly axisLabels?: readonly [x: string, y: string] | undefined;
  /** A line over the plane, to tell it from others. */
  readonly caption?: string | undefined;
  /** What lies inside the axes: width × height red-green-blue pixels. */
  readonly paint: (width: number, height: number, pixelRatio: number) => Pixels;
  /** The same as SVG elements, in CSS pixels, where it can be told in lines and points; `area` is that of the box. */
  readonly vectorPaint?: ((toPoint: ToPoint, area: number) => string) | undefined;
  /** SVG elements over it, in CSS pixels; what lies outside the box is cut off. */
  readonly lines?: ((toPoint: ToPoint, box: Box) => string) | undefined;
}

/** Where latent coordinates lie in a figure, in CSS pixels from its top left. */
export type ToPoint = (z1: number, z2: number) => readonly [x: number, y: number];

/** Room around the inside of a panel for ticks and labels, in CSS pixels. */
export const PANEL_MARGINS = { left: 46, right: 12, bottom: 44 } as const;

const TICKS_APART = 26;

/** Height of the inside of a panel of this width. @throws {ConfigError} for axes that make no plane */
export function panelHeight(panel: LatentPanel, width: number): number {
  requireAxes(panel.axes);
  return Math.max(1, Math.round(width * aspectOf(panel.axes)));
}

/** SVG elements of a panel whose inside is the given box of a figure of the given size, in CSS pixels. */
export async function panelElements(
  panel: LatentPanel,
  box: Box,
  figure: { width: number; height: number },
): Promise<string> {
  const lines = panel.lines?.(toPointIn(panel.axes, box), box) ?? "";
  return `${clipped(lines, box)}${await axesElements(panel, box, figure)}`;
}

/** What lies inside the axes as SVG elements, where there are such. */
export function paintElements(panel: LatentPanel, box: Box): string | undefined {
  const elements = panel.vectorPaint?.(toPointIn(panel.axes, box), box.width * box.height);
  return elements === undefined ? undefined : clipped(elements, box);
}

function clipped(elements: string, { left, top, width, height }: Box): string {
  return `<svg x="${left}" y="${top}" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}" overflow="hidden">${elements}</svg>`;
}

/** The map from latent coordinates to places inside a box: the second coordinate grows upwards. */
export function toPointIn({ scale, x, y }: LatentAxes, { left, top, width, height }: Box): ToPoint {
  return (z1, z2) => [left + width * positionOf(scale, x, z1), top + height * (1 - positionOf(scale, y, z2))];
}

async function axesElements(
  panel: LatentPanel,
  box: Box,
  figure: { width: number; height: number },
): Promise<string> {
  const { scale, x, y } = panel.axes;
  const [xLabel, yLabel] = panel.axisLabels ?? ["z₁", "z₂"];
  const bottom = box.top + box.height;
  return plotElements((plot) => ({
    width: figure.width,
    height: figure.height,
    marginLeft: box.left,
    marginTop: box.top,
    marginRight: figure.width - box.left - box.width,
    marginBottom: figure.height - bottom,
    x: { domain: [...x] },
    y: { domain: [...y] },
    marks: [
      plot.axisX({ ...ticks(scale, x, box.width), label: null, tickSize: 4, tickPadding: 4 }),
      plot.axisY({ ...ticks(scale, y, box.height), label: null, tickSize: 4, tickPadding: 4 }),
      plot.text([plainText(xLabel)], { frameAnchor: "bottom", dy: 36, fontSize: 12 }),
      plot.text([plainText(yLabel)], { frameAnchor: "left", dx: -38, rotate: -90, fontSize: 12 }),
      plot.frame({ stroke: "#9aa5b1" }),
    ],
  }));
}

/** Numbers are z also where the axis is spaced by percentiles. */
function ticks(scale: LatentAxes["scale"], range: readonly [number, number], length: number) {
  if (scale === "linear") return { tickSpacing: 60 };
  const coordinates = percentileTicks(range, TICKS_APART / length);
  const places = coordinates.map((z) => range[0] + positionOf(scale, range, z) * (range[1] - range[0]));
  return {
    ticks: places,
    tickFormat: (_: number, index: number) => `${coordinates[index]}`.replace("-", "−"),
  };
}
