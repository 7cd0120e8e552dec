import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { encodeGif, encodeWebp } from "./film.ts";
import { type Colour, filledPixels, fillRectangle, type Pixels } from "./pixels.ts";

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];
const BLUE: Colour = [1, 1, 231];

/** A ramp of greys that moves from frame to frame, beside patches of other colours; black comes last. */
function frame(index: number, patch: Colour): Pixels {
  const pixels = filledPixels(64, 48, WHITE);
  for (let x = 0; x < 32; x++) {
    const grey = 60 + 4 * ((x + 5 * index) % 32);
    fillRectangle(pixels, x, 8, 1, 30, [grey, grey, grey]);
  }
  fillRectangle(pixels, 40, 10, 20, 20, patch);
  return pixels;
}

const FRAMES = [frame(0, [254, 124, 10]), frame(1, BLUE), frame(2, BLUE), frame(3, BLACK)];

async function decode(film: Uint8Array) {
  const { pages, delay, loop, pageHeight, width } = await sharp(film, { pages: -1 }).metadata();
  const raw = await sharp(film, { pages: -1 }).removeAlpha().toColourspace("srgb").raw().toBuffer();
  return { pages, delay, loop, pageHeight, width, raw };
}

function furthest(decoded: Uint8Array, frames: readonly Pixels[]): number {
  const all = Buffer.concat(frames.map(({ data }) => data));
  expect(decoded.length).toBe(all.length);
  return decoded.reduce((most, sample, at) => Math.max(most, Math.abs(sample - all[at]!)), 0);
}

describe("encodeGif", () => {
  test("keeps every frame, its colours and its time, and holds the last", async () => {
    const film = await encodeGif(FRAMES, { frameDuration: 120, lastFrameDuration: 2000 });
    const { raw, ...rest } = await decode(film);
    expect(rest).toEqual({ pages: 4, delay: [120, 120, 120, 2000], loop: 0, pageHeight: 48, width: 64 });
    expect(furthest(raw, FRAMES)).toBeLessThanOrEqual(12);
  });

  test("draws black as black and white as white, also where the first frame has none", async () => {
    const { raw } = await decode(await encodeGif(FRAMES));
    const patch = 3 * ((3 * 48 + 20) * 64 + 50);
    expect([...raw.subarray(patch, patch + 3)]).toEqual([0, 0, 0]);
    expect([...raw.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  test("keeps frames that repeat the one before", async () => {
    const { pages, delay } = await decode(await encodeGif([FRAMES[0]!, FRAMES[0]!, FRAMES[1]!]));
    expect(pages).toBe(3);
    expect(delay).toEqual([250, 250, 3000]);
  });

  test("gives the same bytes again", async () => {
    expect(Buffer.compare(await encodeGif(FRAMES), await encodeGif(FRAMES))).toBe(0);
  });
});

describe("encodeWebp", () => {
  test("keeps every frame, nearly its colours, and its time", async () => {
    const film = await encodeWebp(FRAMES, { frameDuration: 120, lastFrameDuration: 2000, quality: 95 });
    const { raw, ...rest } = await decode(film);
    expect(rest).toEqual({ pages: 4, delay: [120, 120, 120, 2000], loop: 0, pageHeight: 48, width: 64 });
    const centre = 3 * ((48 + 20) * 64 + 50);
    const [red, green, blue] = raw.subarray(centre, centre + 3);
    expect(Math.hypot(red! - BLUE[0], green! - BLUE[1], blue! - BLUE[2])).toBeLessThan(20);
  });

  test("gives the same bytes again", async () => {
    expect(Buffer.compare(await encodeWebp(FRAMES), await encodeWebp(FRAMES))).toBe(0);
  });
});

test.each([encodeGif, encodeWebp])("refuses frames that make no film", async (encode) => {
  await expect(encode([])).rejects.toThrow(DataError);
  await expect(encode([FRAMES[0]!, filledPixels(64, 47, WHITE)])).rejects.toThrow(/frame 1 is 64 × 47/);
  const grey: Pixels = { width: 1, height: 1, channels: 1, data: new Uint8Array(1) };
  await expect(encode([grey])).rejects.toThrow(/with 1 channels/);
  await expect(encode(FRAMES, { frameDuration: 0 })).rejects.toThrow(ConfigError);
});
