/** A picture of pixels with text and lines over them. */
import { fontFaces } from "./font-faces.ts";
import { filledPixels, type Pixels } from "./pixels.ts";
import { encodePhoto, encodePng } from "./png.ts";
import { rasterizeSvg } from "./rasterize.ts";

/** A raster in a figure, which its pixels fill exactly: width = pixels.width / pixelRatio. */
export interface PlacedPixels {
  readonly left: number;
  readonly top: number;
  /** Red, green and blue. */
  readonly pixels: Pixels;
  /** SVG elements that show the same, for SVG files. */
  readonly vector?: string | undefined;
}

interface SvgOptions {
  readonly font?: boolean;
  readonly paper?: boolean;
  readonly lossless?: boolean;
}

/** Layers of a picture on white. Lengths are in CSS pixels, from the top left. */
export interface Figure {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Pixels of rasters, and of the whole when it becomes pixels, in a CSS pixel. */
  readonly pixelRatio: number;
  /** Pictures of pixels, below the vector marks. */
  readonly rasters: readonly PlacedPixels[];
  /** SVG elements drawn over the rasters. */
  readonly vector: string;
}

/** The figure as red-green-blue pixels, width × pixelRatio wide. Text is drawn in the bundled font. Node only. */
export async function figurePixels(figure: Figure): Promise<Pixels> {
  return (await figuresPixels([figure]))[0]!;
}

function pixelsUnder({ width, height, pixelRatio, rasters }: Figure, over: Pixels): Pixels {
  const pixels = filledPixels(width * pixelRatio, height * pixelRatio, [255, 255, 255]);
  for (const { left, top, pixels: raster } of rasters)
    copyInto(pixels, raster, Math.round(left * pixelRatio), Math.round(top * pixelRatio));
  blendOver(pixels, over);
  return pixels;
}

/** Figures of one size as pixels; lines and text that stay the same from one to the next are drawn once. */
export async function figuresPixels(figures: readonly Figure[]): Promise<Pixels[]> {
  const drawn: Pixels[] = [];
  let over: { readonly vector: string; readonly pixels: Pixels } | undefined;
  for (const figure of figures) {
    const { width, height, vector, pixelRatio } = figure;
    if (over?.vector !== vector)
      over = { vector, pixels: await rasterizeSvg(svgDocument(width, height, vector), pixelRatio) };
    drawn.push(pixelsUnder(figure, over.pixels));
  }
  return drawn;
}

/**
 * The figure as an SVG file; rasters that are not lines and points are PNG. Node only.
 * @param options.font whether the font is in it, as it need not be in a page that has it; default true
 * @param options.paper whether it has a white ground; default true
 * @param options.lossless whether rasters are PNG, not WebP of a third of the size; default true
 */
export async function figureSvg(
  { width, height, pixelRatio, rasters, vector }: Figure,
  { font: hasFont = true, paper: hasPaper = true, lossless = true }: SvgOptions = {},
): Promise<string> {
  const images = await Promise.all(
    rasters.map(async ({ left, top, pixels, vector: elements }) => {
      if (elements !== undefined) return elements;
      const bytes = Buffer.from(await (lossless ? encodePng(pixels) : encodePhoto(pixels))).toString(
        "base64",
      );
      const type = lossless ? "png" : "webp";
      return `<image x="${left}" y="${top}" width="${pixels.width / pixelRatio}" height="${pixels.height / pixelRatio}" href="data:image/${type};base64,${bytes}"/>`;
    }),
  );
  const paper = hasPaper ? `<rect width="${width}" height="${height}" fill="white"/>` : "";
  const font = hasFont ? `<style>${await fontFaces()}</style>` : "";
  return svgDocument(width, height, `${font}${paper}${images.join("")}${vector}`);
}

function svgDocument(width: number, height: number, elements: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${elements}</svg>`;
}

function copyInto(target: Pixels, source: Pixels, left: number, top: number): void {
  for (let row = 0; row < source.height; row++) {
    const line = source.data.subarray(3 * row * source.width, 3 * (row + 1) * source.width);
    target.data.set(line, 3 * ((top + row) * target.width + left));
  }
}

/** Lays a picture, its colours premultiplied by its opacity, over an opaque one of the same size. */
function blendOver(target: Pixels, { data }: Pixels): void {
  for (let at = 0, over = 0; over < data.length; at += 3, over += 4) {
    if (data[over + 3] === 0) continue;
    const rest = 1 - data[over + 3]! / 255;
    for (let channel = 0; channel < 3; channel++)
      target.data[at + channel] = Math.round(data[over + channel]! + rest * target.data[at + channel]!);
  }
}
