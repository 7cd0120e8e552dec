import type { Picture } from "./picture-decoder.ts";

/** Encodes a picture as PNG without loss: sharp in Node, the page in browsers. */
export type PngEncoder = (picture: Picture) => Promise<Uint8Array>;

/**
 * The PNG file of an image example.
 *
 * @param values height × width × channels, in [0, 1]; what lies outside is clipped
 * @param shape [height, width, channels]; channels are 1 or 3
 */
export function pngFile(
  values: Float32Array,
  shape: readonly number[],
  encode: PngEncoder,
): Promise<Uint8Array> {
  const [height, width, channels] = shape as [number, number, 1 | 3];
  const data = Uint8Array.from(values, (value) => Math.round(255 * Math.max(0, Math.min(1, value))));
  return encode({ height, width, channels, data });
}
