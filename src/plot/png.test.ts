import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { Pixels } from "./pixels.ts";
import { encodePng } from "./png.ts";

/** Colour types of the PNG specification (ISO/IEC 15948, table 11.1): grey, truecolour, truecolour with alpha. */
const COLOUR_TYPES = { 1: 0, 3: 2, 4: 6 };

function noise(width: number, height: number, channels: 1 | 3 | 4): Pixels {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
  return { width, height, channels, data };
}

describe("encodePng", () => {
  test.each([1, 3, 4] as const)("keeps every pixel of %i channels", async (channels) => {
    const pixels = noise(31, 17, channels);
    const png = await encodePng(pixels);
    const decoder = sharp(png).toColourspace(channels === 1 ? "b-w" : "srgb");
    const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 31, height: 17, channels });
    expect(new Uint8Array(data)).toEqual(pixels.data);
  });

  test.each([1, 3, 4] as const)("writes %i channels of 8 bits, without a palette", async (channels) => {
    const png = await encodePng(noise(300, 2, channels));
    const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect([header.getUint32(16), header.getUint32(20)]).toEqual([300, 2]);
    expect([header.getUint8(24), header.getUint8(25)]).toEqual([8, COLOUR_TYPES[channels]]);
  });

  test("gives the same bytes for the same pixels", async () => {
    const [first, second] = await Promise.all([encodePng(noise(64, 64, 3)), encodePng(noise(64, 64, 3))]);
    expect(first).toEqual(second);
  });
});
