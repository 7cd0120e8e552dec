/** Frames to animations that browsers, slides and README files show. Node only. */
import { DataError } from "../common/errors.ts";
import { nativePackage } from "../common/native-package.ts";
import { type Pixels, requireInteger } from "./pixels.ts";

/** Timing of a film. */
export interface FilmOptions {
  /** Milliseconds for which a frame is seen; GIF counts in hundredths of a second. Default 250. */
  readonly frameDuration?: number | undefined;
  /** Milliseconds for which the last frame is held; default 3,000. */
  readonly lastFrameDuration?: number | undefined;
}

/**
 * Levels of each channel in a GIF. Steps of 8 in 255 are hardly seen, and make a third less to store of what is mostly
 * the smooth edges of small pictures.
 */
const GIF_LEVELS = 32;

/**
 * An animated GIF that repeats for ever. All frames take their colours from one set of 256, so that what stands still
 * does not flicker, and are not dithered, so that they compress. The same frames give the same bytes.
 * @param frames red-green-blue pictures of one size
 * @throws {DataError} for no frames, or frames that differ in size
 */
export async function encodeGif(frames: readonly Pixels[], options: FilmOptions = {}): Promise<Uint8Array> {
  const sharp = await encoder();
  const { data, ...size } = stack(frames);
  const step = 255 / (GIF_LEVELS - 1);
  const coarse = data.map((sample) => Math.round(Math.round(sample / step) * step));
  const oneImage = { raw: { ...size, channels: 3 }, limitInputPixels: false } as const;
  const indexed = await sharp(coarse, oneImage)
    .png({ palette: true, dither: 0, effort: 3, compressionLevel: 0 })
    .toBuffer();
  const reduced = await sharp(indexed, { limitInputPixels: false })
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer();
  return sharp(reduced, pagesOf(frames))
    .gif({
      ...timing(frames, options),
      dither: 0,
      effort: 1,
      interPaletteMaxError: 0,
      keepDuplicateFrames: true,
    })
    .toBuffer();
}

/**
 * An animated WebP that repeats for ever: about two thirds of a GIF's size, in full colour.
 * @param frames red-green-blue pictures of one size
 * @param options.quality 1 to 100, default 80
 * @throws {DataError} for no frames, or frames that differ in size
 */
export async function encodeWebp(
  frames: readonly Pixels[],
  { quality = 80, ...options }: FilmOptions & { readonly quality?: number | undefined } = {},
): Promise<Uint8Array> {
  const sharp = await encoder();
  return sharp(stack(frames).data, pagesOf(frames))
    .webp({ ...timing(frames, options), quality, effort: 2, smartSubsample: true })
    .toBuffer();
}

async function encoder() {
  const { default: sharp } = await nativePackage("sharp", "writes films", () => import("sharp"));
  return sharp;
}

/** All frames one below the other. */
function stack(frames: readonly Pixels[]): Pixels {
  const first = frames[0];
  if (!first) throw new DataError("there are no frames to film; give at least one");
  const { width, height } = first;
  const data = new Uint8Array(3 * width * height * frames.length);
  for (const [index, frame] of frames.entries()) {
    if (frame.width !== width || frame.height !== height || frame.channels !== 3)
      throw new DataError(
        `frame ${index} is ${frame.width} × ${frame.height} with ${frame.channels} channels; all must be ${width} × ${height} with 3, as the first`,
      );
    data.set(frame.data, 3 * width * height * index);
  }
  return { width, height: height * frames.length, channels: 3, data };
}

function pagesOf(frames: readonly Pixels[]) {
  const { width, height } = frames[0]!;
  const raw = { width, height: height * frames.length, channels: 3, pageHeight: height } as const;
  return { raw, limitInputPixels: false } as const;
}

function timing(frames: readonly Pixels[], { frameDuration = 250, lastFrameDuration = 3000 }: FilmOptions) {
  requireInteger("frameDuration", frameDuration, 1);
  requireInteger("lastFrameDuration", lastFrameDuration, 1);
  const delay = frames.map((_, index) => (index === frames.length - 1 ? lastFrameDuration : frameDuration));
  return { delay, loop: 0 };
}
