import { describe, expect, it } from "vitest";
import { audioFolder } from "./audio-folder.ts";
import { LogMel, MEL_BANDS } from "./log-mel.ts";
import { memoryFolder, referenceFolder } from "./testing/memory-folder.ts";
import { everything } from "./testing/read-all.ts";

const FILES = referenceFolder("sounds");
const only = (ending: string) =>
  memoryFolder(Object.fromEntries(Object.entries(FILES).filter(([path]) => path.endsWith(ending))));
/** As `generate.py` makes it: half of full scale, 440 Hz at 8,000 samples a second. */
const tone = (i: number) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 8000);

describe("a folder of sounds", () => {
  it.each([
    ["wav", 1e-4],
    ["flac", 1e-4],
    ["ogg", 0.05],
  ])("reads %s as libsndfile wrote it", async (ending, tolerance) => {
    const reading = await audioFolder.open(only(ending), { window: 1000 });
    expect(reading.shape).toEqual([1000]);
    const { rows, names, groups } = await everything(reading);
    expect(rows).toHaveLength(4);
    expect(names[3]).toBe(`tone.${ending}#3`);
    expect(groups).toEqual(new Array(4).fill(`tone.${ending}`));
    for (const [i, value] of rows[2]!.entries())
      expect(Math.abs(value - tone(2000 + i))).toBeLessThan(tolerance);
  });

  it("reads mp3, whose encoder adds silence", async () => {
    const { rows } = await everything(await audioFolder.open(only("mp3"), { window: 1000 }));
    expect(rows.length).toBeGreaterThanOrEqual(4);
    const loudest = Math.max(...rows[2]!.map(Math.abs));
    expect(Math.abs(loudest - 0.5)).toBeLessThan(0.05);
  });

  it("makes spectrograms whose strongest band holds the tone, twice alike", async () => {
    const reading = await audioFolder.open(only("wav"), { window: 2048, spectrogram: true });
    expect(reading.shape).toEqual([7, 64, 1]);
    const read = await everything(reading);
    expect(await everything(reading)).toEqual(read);
    const bands = read.rows[0]!.slice(0, 64);
    // Bands are centred at multiples of mel(4000 Hz) / 65 = 33.02; 440 Hz are 549.6 mel: between centres 16 and 17.
    expect([15, 16]).toContain(bands.indexOf(Math.max(...bands)));
  });

  it("gives silence the floor, ln 1e-10", () => {
    const silence = new LogMel(8000).of(new Float32Array(512));
    expect(silence).toHaveLength(MEL_BANDS);
    for (const value of silence) expect(value).toBeCloseTo(Math.log(1e-10), 4);
  });

  it("is recognised by content, and labels come from subfolders", async () => {
    const wav = FILES["tone.wav"]!;
    expect(await audioFolder.recognises(memoryFolder({ x: wav }))).toBe(true);
    expect(await audioFolder.recognises(memoryFolder({ x: Uint8Array.of(1, 2, 3) }))).toBe(false);
    const folder = memoryFolder({ "a/1.wav": wav, "b/2.wav": wav });
    expect((await everything(await audioFolder.open(folder, { window: 4000 }))).labels).toEqual(["a", "b"]);
  });

  it.each([
    ["empty", new Uint8Array(0)],
    ["a text", new TextEncoder().encode("no sound at all")],
    ["short", FILES["tone.wav"]!.subarray(0, 400)],
    ["truncated FLAC", FILES["tone.flac"]!.subarray(0, 60)],
    ["truncated OGG", FILES["tone.ogg"]!.subarray(0, 100)],
    ["zeros", new Uint8Array(1000)],
    ["a header alone", FILES["tone.wav"]!.subarray(0, 44)],
  ])("skips a file that is %s, and refuses it where strict", async (_, bad) => {
    const folder = memoryFolder({ "a.wav": FILES["tone.wav"]!, "b.wav": bad });
    const reading = await audioFolder.open(folder, { window: 2000 });
    expect((await everything(reading)).rows).toHaveLength(2);
    expect(reading.skipped).toEqual([{ name: "b.wav", reason: expect.stringMatching(/.+/) }]);
    const strict = audioFolder.open(folder, { window: 2000, strict: true }).then(everything);
    await expect(strict).rejects.toThrow(/^folder\/b\.wav cannot be read: /);
  });

  it("refuses other sample rates", async () => {
    const other = FILES["tone.wav"]!.slice();
    new DataView(other.buffer).setUint32(24, 16_000, true);
    const folder = memoryFolder({ "a.wav": FILES["tone.wav"]!, "b.wav": other });
    const reading = audioFolder.open(folder, { window: 2000 }).then(everything);
    await expect(reading).rejects.toThrow(/b\.wav has 16000 samples a second where a\.wav has 8000/);
  });
});

it("refuses FLAC and OGG files that claim more than 2²⁸ samples before they are decoded", async () => {
  const flac = new Uint8Array(64);
  flac.set([0x66, 0x4c, 0x61, 0x43, 0, 0, 0, 34]);
  // 2³² samples in the 36 bits that STREAMINFO has for them.
  flac.set([0x01, 0, 0, 0, 0], 21);
  const ogg = new Uint8Array(64);
  for (const at of [0, 32]) ogg.set([0x4f, 0x67, 0x67, 0x53], at);
  ogg.set([0, 0, 0, 0x20], 38);
  for (const [name, bytes, claimed] of [
    ["bomb.flac", flac, 2 ** 32],
    ["bomb.ogg", ogg, 2 ** 29],
  ] as const) {
    const folder = memoryFolder({ [name]: bytes });
    await expect(audioFolder.open(folder, {})).rejects.toThrow(
      `it claims ${claimed} samples, more than 2^28`,
    );
  }
});
