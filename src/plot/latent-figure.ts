/** Latent planes beside one another, under one title and one legend. */
import type { Figure, PlacedPixels } from "./figure.ts";
import {
  type LatentPanel,
  PANEL_MARGINS,
  paintElements,
  panelElements,
  panelHeight,
} from "./latent-panel.ts";
import { type LegendEntry, legend } from "./legend.ts";
import { requireInteger } from "./pixels.ts";
import type { Box } from "./scaled-image.ts";
import { FAINT_INK, fitText, svgText } from "./text.ts";
import { titleBlock } from "./title.ts";

export interface LatentFigureOptions {
  /** A line above all, such as "iteration 1,024". */
  readonly title?: string | undefined;
  /** Of the whole figure in CSS pixels; default 520 for one panel, 900 for more. The height follows from it. */
  readonly width?: number | undefined;
  /** Pixels in a CSS pixel; default 2. */
  readonly pixelRatio?: number | undefined;
  /** Panels side by side; default all. */
  readonly columns?: number | undefined;
}

const EDGE = 14;
const CAPTION = { size: 12.5, line: 22 };
const LEAST_PANEL = 60;

/**
 * @param panels drawn row after row
 * @param entries of the legend; none, no legend
 * @throws {ConfigError} for axes that make no plane, or a figure too narrow for its panels
 */
export async function latentFigure(
  panels: readonly LatentPanel[],
  entries: readonly LegendEntry[],
  options: LatentFigureOptions = {},
): Promise<Figure> {
  const { title, columns = panels.length, pixelRatio = 2 } = options;
  const width = options.width ?? (panels.length === 1 ? 520 : 900);
  const around = 2 * EDGE + columns * (PANEL_MARGINS.left + PANEL_MARGINS.right);
  requireInteger("columns", columns, 1);
  requireInteger("pixelRatio", pixelRatio, 1);
  requireInteger("width", width, around + columns * LEAST_PANEL);

  const inside = Math.floor((width - around) / columns);
  const left = EDGE + PANEL_MARGINS.left;
  const heading = titleBlock(title, left, EDGE, width - left - EDGE);
  const key = legend(entries, left, EDGE + heading.height, width - left - EDGE);
  const header = EDGE + heading.height + key.height + (key.height > 0 ? 8 : 0);
  const boxes = placePanels(panels, columns, inside, header);
  const height = Math.max(...boxes.map((box) => box.top + box.height)) + PANEL_MARGINS.bottom + EDGE / 2;

  const vector: string[] = [heading.vector, key.vector];
  const rasters: PlacedPixels[] = [];
  for (const [index, panel] of panels.entries()) {
    const box = boxes[index]!;
    const pixels = panel.paint(box.width * pixelRatio, box.height * pixelRatio, pixelRatio);
    rasters.push({ left: box.left, top: box.top, pixels, vector: paintElements(panel, box) });
    vector.push(await panelElements(panel, box, { width, height }));
    if (panel.caption)
      vector.push(
        svgText(fitText(panel.caption, CAPTION.size, inside), box.left, box.top - 8, {
          size: CAPTION.size,
          fill: FAINT_INK,
        }),
      );
  }
  return { width, height, pixelRatio, rasters, vector: vector.join("") };
}

function placePanels(panels: readonly LatentPanel[], columns: number, width: number, header: number): Box[] {
  const boxes: Box[] = [];
  let top = header;
  for (let start = 0; start < panels.length; start += columns) {
    const row = panels.slice(start, start + columns);
    if (row.some(({ caption }) => caption)) top += CAPTION.line;
    const heights = row.map((panel) => panelHeight(panel, width));
    row.forEach((_, column) => {
      const left = EDGE + PANEL_MARGINS.left + column * (PANEL_MARGINS.left + width + PANEL_MARGINS.right);
      boxes.push({ left, top, width, height: heights[column]! });
    });
    top += Math.max(...heights) + PANEL_MARGINS.bottom;
  }
  return boxes;
}
