import sharp, { type Sharp } from "sharp";
import { decodeBmp } from "./bmp.ts";
import {
  isGrey,
  MOST_PIXELS,
  type Picture,
  type PictureDecoder,
  type PictureWish,
  pictureType,
} from "./picture-decoder.ts";

/** Pictures in Node. */
export const sharpDecoder: PictureDecoder = { decode };

async function decode(bytes: Uint8Array, wish: PictureWish): Promise<Picture> {
  let image = open(bytes);
  if (wish.size) {
    const [height, width] = wish.size;
    image = image.resize({ height, width, fit: wish.crop ? "cover" : "fill" });
  } else if (wish.crop) {
    const { width, height } = await open(bytes).metadata();
    const side = Math.min(width, height);
    image = image.resize({ height: side, width: side, fit: "cover" });
  }
  image = image.flatten({ background: "white" });
  if (wish.channels === 1) image = image.greyscale();
  else if (wish.channels === 3) image = image.toColourspace("srgb");
  const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  const { height, width } = info;
  const values = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return withChannels({ height, width, data: values }, info.channels, wish.channels);
}

function open(bytes: Uint8Array): Sharp {
  const options = { limitInputPixels: MOST_PIXELS, failOn: "truncated" as const };
  if (pictureType(bytes) !== "bmp") return sharp(bytes, options).autoOrient();
  const { data, height, width, channels } = decodeBmp(bytes);
  return sharp(data, { ...options, raw: { height, width, channels } });
}

function withChannels(picture: Omit<Picture, "channels">, has: number, wanted: 1 | 3 | undefined): Picture {
  const { height, width, data } = picture;
  const channels = wanted ?? (has < 3 || isGrey(data, has) ? 1 : 3);
  if (has === channels) return { height, width, channels, data };
  const values = new Uint8Array(height * width * channels);
  for (let i = 0; i < values.length; i++) {
    const pixel = Math.floor(i / channels);
    values[i] = data[pixel * has + (has < 3 ? 0 : i % channels)]!;
  }
  return { height, width, channels, data: values };
}
