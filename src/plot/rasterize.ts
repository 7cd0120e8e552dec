/** SVG to pixels, in Node. */
import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { VaekitError } from "../errors.ts";
import type { Pixels } from "./pixels.ts";

const FONT_FILES = ["fonts/Inter-Regular.ttf", "fonts/Inter-SemiBold.ttf"].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
);

/**
 * Draws an SVG document on a transparent ground, its text in the bundled font whatever the machine has.
 * @param zoom pixels in one of the document's units
 * @returns red, green and blue, each premultiplied by the opacity that follows them
 * @throws {VaekitError} when the document cannot be read, or the font is not where it was installed
 */
export async function rasterizeSvg(svg: string, zoom: number): Promise<Pixels> {
  const { renderAsync } = await import("@resvg/resvg-js");
  for (const file of FONT_FILES) await requireFont(file);
  const image = await renderAsync(svg, {
    fitTo: { mode: "zoom", value: zoom },
    font: { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: "Inter" },
  });
  return { width: image.width, height: image.height, channels: 4, data: new Uint8Array(image.pixels) };
}

/** Without its font the renderer leaves text out and says nothing. */
async function requireFont(file: string): Promise<void> {
  await access(file).catch((cause: unknown) => {
    throw new VaekitError(`the font ${file} is missing; install vaekit again`, { cause });
  });
}
