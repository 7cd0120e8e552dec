/** A picture, row-major, channels last. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 1: grey; 3: red, green, blue. */
  readonly channels: 1 | 3;
  /** height × width × channels bytes. */
  readonly data: Uint8Array;
}

/** Transformation of a picture while it is decoded. */
export interface PictureWish {
  readonly size?: readonly [height: number, width: number] | undefined;
  /** Cut the middle out in the proportions of `size` (without it, a square) instead of distorting. */
  readonly crop?: boolean | undefined;
  /** Absent: as the file has them. */
  readonly channels?: 1 | 3 | undefined;
}

/** Decodes PNG, JPEG, WebP, TIFF and GIF (of moving ones the first frame): sharp in Node, the page in browsers. */
export interface PictureDecoder {
  /**
   * Transparent parts become white; 16 bits a channel become 8; the turn that a camera notes is applied.
   *
   * @throws when the bytes are damaged, or have more than {@link MOST_PIXELS}
   */
  decode(bytes: Uint8Array, wish: PictureWish): Promise<Picture>;
}

/** A small file may claim to be huge: 2²⁶ pixels are 8192 × 8192. */
export const MOST_PIXELS = 2 ** 26;

type PictureType = "png" | "jpeg" | "gif" | "webp" | "tiff" | "bmp";

/** Signatures at the start of files, and at byte 8 of RIFF containers. */
const SIGNATURES: readonly (readonly [PictureType, string, string?])[] = [
  ["png", "\x89PNG\r\n\x1a\n"],
  ["jpeg", "\xff\xd8\xff"],
  ["gif", "GIF8"],
  ["webp", "RIFF", "WEBP"],
  ["tiff", "II*\0"],
  ["tiff", "MM\0*"],
  ["bmp", "BM"],
];

/** By the first 16 bytes. */
export function pictureType(head: Uint8Array): PictureType | undefined {
  const text = String.fromCharCode(...head.subarray(0, 16));
  const found = SIGNATURES.find(
    ([, start, inner]) => text.startsWith(start) && (inner === undefined || text.startsWith(inner, 8)),
  );
  return found?.[0];
}

/** Whether red, green and blue agree in all pixels of `stride` values. */
export function isGrey(values: Uint8Array | Uint8ClampedArray, stride: number): boolean {
  for (let i = 0; i < values.length; i += stride)
    if (values[i] !== values[i + 1] || values[i] !== values[i + 2]) return false;
  return true;
}
