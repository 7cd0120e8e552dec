import { MOST_PIXELS, type Picture } from "./picture-decoder.ts";

/**
 * Decodes a Windows bitmap (BITMAPINFOHEADER and newer) of 8 bits with a palette, 24 or 32 bits, uncompressed. Grey
 * palettes become one channel.
 *
 * @throws {Error} when it is damaged or of another kind
 */
export function decodeBmp(bytes: Uint8Array): Picture {
  if (bytes.length < 54) throw new Error("it ends inside its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [start, headerBytes] = [view.getUint32(10, true), view.getUint32(14, true)];
  const [width, signedHeight] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, compression] = [view.getUint16(28, true), view.getUint32(30, true)];
  const height = Math.abs(signedHeight);
  if (![8, 24, 32].includes(bits) || ![0, 3].includes(compression) || headerBytes < 40)
    throw new Error(
      `it is a bitmap of ${bits} bits with compression ${compression}; 8, 24 and 32 bits without one can be read`,
    );
  if (width < 1 || height < 1 || width * height > MOST_PIXELS)
    throw new Error(`it claims ${width}×${height} pixels`);
  const stride = 4 * Math.ceil((width * bits) / 32);
  if (start + stride * height > bytes.length)
    throw new Error(`its ${bytes.length} bytes end before its ${width}×${height} pixels do`);
  const palette = bits === 8 ? bytes.subarray(14 + headerBytes, start) : undefined;
  const isGrey = palette !== undefined && hasGreyOnly(palette);
  const channels = isGrey ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const row = start + (signedHeight > 0 ? height - 1 - y : y) * stride;
    for (let x = 0; x < width; x++) {
      const from = palette ? 4 * bytes[row + x]! : row + (x * bits) / 8;
      const colours = palette ?? bytes;
      if (!isGrey) {
        data[to++] = colours[from + 2] ?? 0;
        data[to++] = colours[from + 1] ?? 0;
      }
      data[to++] = colours[from] ?? 0;
    }
  }
  return { height, width, channels, data };
}

function hasGreyOnly(palette: Uint8Array): boolean {
  for (let i = 0; i + 2 < palette.length; i += 4)
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  return true;
}
