/** Pictures in rows, each row one image of the size it has: pages scale it. */
import type { Images } from "../../pictures/images.ts";
import type { Pixels } from "../../plot/pixels.ts";
import { drawImage, imagesOf } from "../../plot/tiles.ts";
import { html, type Markup } from "../html.ts";

/** Images of this side are stored as they are, and drawn with hard edges. */
const SMALL = 48;

/** Images side by side in rows of so many, with gaps through which the page is seen. */
export async function strip(
  { values, shape }: Images,
  columns: number,
  indices: readonly number[],
  alternative: string,
): Promise<Markup> {
  const images = imagesOf(values, shape);
  const { width, height } = images;
  const gap = Math.max(1, Math.round(Math.max(width, height) / 28));
  const rows = Math.ceil(indices.length / columns);
  const [across, down] = [columns * (width + gap) - gap, rows * (height + gap) - gap];
  const flat: Pixels = { width: across, height: down, channels: 3, data: new Uint8Array(3 * across * down) };
  const data = new Uint8Array(4 * across * down);
  indices.forEach((index, place) => {
    const left = (place % columns) * (width + gap);
    const top = Math.floor(place / columns) * (height + gap);
    drawImage(flat, images, index, left, top, 1);
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) data[4 * (y * across + x) + 3] = 255;
  });
  for (let at = 0; at < across * down; at++)
    for (let channel = 0; channel < 3; channel++) data[4 * at + channel] = flat.data[3 * at + channel]!;
  const { default: sharp } = await import("sharp");
  const small = Math.max(width, height) <= SMALL;
  const bytes = await sharp(data, { raw: { width: across, height: down, channels: 4 } })
    .webp(small ? { lossless: true, effort: 4 } : { quality: 84, effort: 4, alphaQuality: 100 })
    .toBuffer();
  const uri = `data:image/webp;base64,${bytes.toString("base64")}`;
  return html`<img class="${small ? "strip small" : "strip"}" src="${uri}" width="${across}" height="${down}" alt="${alternative}">`;
}
