import type { Pixels } from "./pixels.ts";

/** A PNG file of the pixels, lossless: the same pixels give the same bytes. */
export async function encodePng({ width, height, channels, data }: Pixels): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  if (channels === 1) picture.toColourspace("b-w");
  return picture.png({ compressionLevel: 9, palette: false }).toBuffer();
}

/** A WebP file of about the same pixels, as small as pages want it. */
export async function encodePhoto({ width, height, channels, data }: Pixels): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  return picture.webp({ quality: 82, effort: 4, smartSubsample: true }).toBuffer();
}
