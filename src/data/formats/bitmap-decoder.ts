import {
  isGrey,
  MOST_PIXELS,
  type Picture,
  type PictureDecoder,
  type PictureWish,
} from "./picture-decoder.ts";

/** Pictures in browsers, by createImageBitmap: all that the browser shows, BMP included, TIFF excluded. */
export const bitmapDecoder: PictureDecoder = { decode };

/** ITU-R BT.709, as sharp weighs colours. */
const [RED, GREEN, BLUE] = [0.2126, 0.7152, 0.0722];

async function decode(bytes: Uint8Array, wish: PictureWish): Promise<Picture> {
  const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  try {
    if (bitmap.width * bitmap.height > MOST_PIXELS)
      throw new Error(`it has ${bitmap.width}×${bitmap.height} pixels`);
    const side = Math.min(bitmap.width, bitmap.height);
    const [height, width] = wish.size ?? (wish.crop ? [side, side] : [bitmap.height, bitmap.width]);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = "high";
    const scale = wish.crop ? Math.min(bitmap.width / width, bitmap.height / height) : undefined;
    const [fromWidth, fromHeight] = scale ? [width * scale, height * scale] : [bitmap.width, bitmap.height];
    const [left, top] = [(bitmap.width - fromWidth) / 2, (bitmap.height - fromHeight) / 2];
    context.drawImage(bitmap, left, top, fromWidth, fromHeight, 0, 0, width, height);
    return fromRgba(context.getImageData(0, 0, width, height).data, height, width, wish.channels);
  } finally {
    bitmap.close();
  }
}

function fromRgba(
  rgba: Uint8ClampedArray,
  height: number,
  width: number,
  wanted: 1 | 3 | undefined,
): Picture {
  const channels = wanted ?? (isGrey(rgba, 4) ? 1 : 3);
  const data = new Uint8Array(height * width * channels);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const [red, green, blue] = [rgba[from]!, rgba[from + 1]!, rgba[from + 2]!];
    if (channels === 1) data[to++] = Math.round(RED * red + GREEN * green + BLUE * blue);
    else {
      data[to++] = red;
      data[to++] = green;
      data[to++] = blue;
    }
  }
  return { height, width, channels, data };
}
