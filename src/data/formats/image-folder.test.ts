import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../../common/errors.ts";
import { imageFolder } from "./image-folder.ts";
import { sharpDecoder } from "./sharp-decoder.ts";
import { memoryFolder, referenceFolder } from "./testing/memory-folder.ts";
import { everything } from "./testing/read-all.ts";

const format = imageFolder(sharpDecoder);
const FILES = referenceFolder("pictures");
const PNG = FILES["grey/a.png"]!;
const GREY = Array.from({ length: 24 }, (_, i) => 3 * Math.floor(i / 6) + 40 * (i % 6));
const COLOUR = GREY.flatMap((value) => [value, value + 5, value + 10]);
const only = (part: string) =>
  memoryFolder(Object.fromEntries(Object.entries(FILES).filter(([path]) => path.includes(part))));

describe("a folder of images", () => {
  it.each(["png", "tiff", "bmp", "gif", "webp"])("reads grey %s as Pillow wrote it", async (ending) => {
    const reading = await format.open(only(`grey/a.${ending}`), { grey: true });
    expect(reading).toMatchObject({ shape: [4, 6, 1], divisor: 255, skipped: [] });
    const { rows } = await everything(reading);
    for (const [i, value] of rows[0]!.entries()) expect(Math.abs(value - GREY[i]!)).toBeLessThanOrEqual(1);
  });

  it.each(["png", "tiff", "bmp", "webp"])("reads colour %s exactly", async (ending) => {
    const { rows, shape } = await everything(await format.open(only(`colour/a.${ending}`), {}));
    expect(shape).toEqual([4, 6, 3]);
    expect(rows).toEqual([COLOUR]);
  });

  it("takes subfolders for labels, outer ones for splits, grey among colour, twice alike", async () => {
    const reading = await format.open(memoryFolder(FILES), {});
    const read = await everything(reading);
    expect(read.shape).toEqual([4, 6, 3]);
    expect(new Set(read.labels)).toEqual(new Set(["grey", "colour"]));
    expect(read.names).toEqual(Object.keys(FILES).sort());
    expect(await everything(reading)).toEqual(read);
    const split = memoryFolder({ "train/a/1.png": PNG, "train/b/1.png": PNG, "test/a/2.png": PNG });
    const { splits, labels } = await everything(await format.open(split, {}));
    expect(splits).toEqual(["test", "train", "train"]);
    expect(labels).toEqual(["a", "a", "b"]);
  });

  it("brings pictures to a size, with the middle cut out or not", async () => {
    const folder = memoryFolder({ "a.png": PNG });
    expect((await format.open(folder, { size: [3, 5] })).shape).toEqual([3, 5, 1]);
    expect((await format.open(folder, { crop: true })).shape).toEqual([4, 4, 1]);
    const { rows } = await everything(await format.open(folder, { crop: true }));
    expect(rows[0]).toEqual(GREY.filter((_, i) => i % 6 > 0 && i % 6 < 5));
  });

  it("is recognised by content under a wrong name", async () => {
    expect(await format.recognises(memoryFolder({ "a.dat": PNG }))).toBe(true);
    expect(await format.recognises(memoryFolder({ "a.dat": Uint8Array.of(1, 2) }))).toBe(false);
    expect(await format.recognises(memoryFolder({}))).toBe(false);
  });
});

/** A PNG whose header claims so many pixels. */
function claiming(width: number, height: number): Uint8Array {
  const bytes = PNG.slice();
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return bytes;
}

describe("one bad file among many", () => {
  const many = (bad: Uint8Array) => ({
    ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${1000 + i}.png`, PNG])),
    "1033.png": bad,
  });

  it.each([
    ["empty", new Uint8Array(0)],
    ["truncated", PNG.subarray(0, 60)],
    ["a text", new TextEncoder().encode("this is no picture")],
    ["one that claims a size it has not", claiming(6, 4000)],
    ["a bomb", claiming(60_000, 60_000)],
    ["zeros", new Uint8Array(100)],
    ["a truncated bitmap", FILES["grey/a.bmp"]!.subarray(0, 100)],
    ["deflated text", deflateSync("abc")],
  ])("%s: is skipped and counted, and refused where strict", async (_, bad) => {
    const reading = await format.open(memoryFolder(many(bad)), {});
    expect((await everything(reading)).rows).toHaveLength(99);
    expect(reading.skipped).toEqual([{ name: "1033.png", reason: expect.stringMatching(/.+/) }]);
    const strict = format.open(memoryFolder(many(bad)), { strict: true }).then(everything);
    await expect(strict).rejects.toThrow(/^folder\/1033\.png cannot be read: /);
    await expect(strict).rejects.toThrow(DataError);
  });

  it.each([
    [
      "of another size",
      FILES["grey/a.png"]!,
      FILES["colour/a.png"]!,
      /is in colour where others are grey: pass `grey: true`/,
    ],
  ])("%s: ends the reading", async (_, most, other, message) => {
    const files: Record<string, Uint8Array> = { ...many(most), "1034.png": other };
    await expect(format.open(memoryFolder(files), {}).then(everything)).rejects.toThrow(message);
  });

  it("mixed sizes ask for --size", async () => {
    const small = await everything(await format.open(memoryFolder({ "a.png": PNG }), {}));
    expect(small.shape).toEqual([4, 6, 1]);
    const { default: sharp } = await import("sharp");
    const other = new Uint8Array(await sharp(PNG).resize(7, 4, { fit: "fill" }).png().toBuffer());
    const reading = format.open(memoryFolder({ "a.png": PNG, "b.png": other }), {});
    await expect(reading).rejects.toBeInstanceOf(DataError);
    await expect(reading).rejects.toThrow(/^folder\/b\.png has 4×7 pixels where a\.png has 4×6: pass `size`/);
    expect(
      (await format.open(memoryFolder({ "a.png": PNG, "b.png": other }), { size: [4, 4] })).shape,
    ).toEqual([4, 4, 1]);
  });

  it("only bad ones: are refused", async () => {
    await expect(format.open(memoryFolder({ "a.png": Uint8Array.of(1) }), {})).rejects.toThrow(
      /^folder has no picture that can be read: a\.png: /,
    );
  });
});
