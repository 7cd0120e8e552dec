/** SVG to pixels, in Node. */
import { createRequire } from "node:module";
import { VaekitError } from "../common/errors.ts";
import { nativePackage } from "../common/native-package.ts";
import type { Pixels } from "./pixels.ts";

const FONTS = ["vaekit/fonts/Inter-Regular.ttf", "vaekit/fonts/Inter-SemiBold.ttf"];

/**
 * Draws an SVG document on a transparent ground, its text in the bundled font whatever the machine has.
 * @param zoom pixels in one of the document's units
 * @returns red, green and blue, each premultiplied by the opacity that follows them
 * @throws {VaekitError} when the document cannot be read, the font is not where it was installed, or the
 *   renderer does not load
 */
export async function rasterizeSvg(svg: string, zoom: number): Promise<Pixels> {
  const { renderAsync } = await nativePackage(
    "@resvg/resvg-js",
    "draws pictures",
    () => import("@resvg/resvg-js"),
  );
  const image = await renderAsync(svg, {
    fitTo: { mode: "zoom", value: zoom },
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: "Inter" },
  });
  return { width: image.width, height: image.height, channels: 4, data: new Uint8Array(image.pixels) };
}

/** Without its font the renderer silently omits text. */
function fontFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  try {
    return FONTS.map((font) => resolve(font));
  } catch (cause) {
    throw new VaekitError("the font of vaekit's pictures is missing; install vaekit again", { cause });
  }
}
