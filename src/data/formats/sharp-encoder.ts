import sharp from "sharp";
import type { PngEncoder } from "./write-png.ts";

/** PNG in Node. */
export const sharpPng: PngEncoder = async ({ data, height, width, channels }) => {
  const image = sharp(data, { raw: { height, width, channels } });
  const grey = channels === 1 ? image.toColourspace("b-w") : image;
  return new Uint8Array(await grey.png().toBuffer());
};
