/** Observable Plot's charts as SVG text, in the browser or without one. */
import type { PlotOptions } from "@observablehq/plot";
import { FONT_FAMILY, INK } from "./text.ts";

/**
 * The elements of a plot, to be put into an SVG document at their place in it: lengths and margins are the document's.
 * @param describe makes the plot's options from the library, which is loaded only when something is drawn
 */
export async function plotElements(
  describe: (plot: typeof import("@observablehq/plot")) => PlotOptions,
): Promise<string> {
  const library = await import("@observablehq/plot");
  const plot = library.plot({ ...describe(library), document: await anyDocument() });
  for (const style of plot.querySelectorAll("style")) style.remove();
  return `<g font-family="${FONT_FAMILY}" font-size="11" text-anchor="middle" fill="${INK}" color="${INK}">${plot.innerHTML}</g>`;
}

async function anyDocument(): Promise<Document> {
  if (globalThis.document) return globalThis.document;
  const { parseHTML } = await import("linkedom");
  return parseHTML("<html></html>").document;
}
