import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { temporaryFolder } from "../files/testing/folder.ts";
import { readPictures } from "./pictures.ts";

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#336699" } })
    .png()
    .toBuffer();

async function film(format: "gif" | "webp"): Promise<Buffer> {
  const frames = Buffer.from(Array.from({ length: 3 * 6 * 8 * 3 }, (_, at) => (at * 89) % 256));
  const stack = sharp(frames, { raw: { width: 6, height: 24, channels: 3, pageHeight: 8 } });
  return stack[format]({ delay: [50, 50, 50] }).toBuffer();
}

async function folderWith(files: Readonly<Record<string, Buffer>>): Promise<string> {
  const folder = join(await temporaryFolder(), "plots");
  await mkdir(folder);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

it("carries pictures in themselves, with their size", async () => {
  const bytes = await picture(30, 20);
  const { pictures, leftOut } = await readPictures(
    await folderWith({ "samples.png": bytes, "notes.txt": bytes }),
  );
  expect(pictures).toMatchObject([{ name: "samples", still: { width: 30, height: 20 } }]);
  const [, data] = pictures[0]!.still!.uri.split(",");
  const carried = sharp(Buffer.from(data!, "base64"));
  const colour = (await carried.raw().toBuffer()).subarray(0, 3);
  for (const [at, level] of [0x33, 0x66, 0x99].entries())
    expect(Math.abs(colour[at]! - level)).toBeLessThan(4);
  expect(leftOut).toEqual([]);
});

it("puts a film and its still together, and takes one of two formats", async () => {
  const files = {
    "tableau.gif": await film("gif"),
    "tableau.webp": await film("webp"),
    "tableau.png": await picture(6, 8),
  };
  const { pictures } = await readPictures(await folderWith(files));
  expect(pictures).toHaveLength(1);
  const [{ film: moving, still }] = pictures as [(typeof pictures)[number]];
  expect(moving).toMatchObject({ width: 6, height: 8 });
  expect(moving!.uri).toMatch(/^data:image\/webp;base64,/);
  expect(still!.uri).toMatch(/^data:image\/(png|webp);base64,/);
});

it("does not repeat films of the halves of a film", async () => {
  const gif = await film("gif");
  const names = async (...files: string[]) => {
    const folder = await folderWith(Object.fromEntries(files.map((file) => [file, gif])));
    return (await readPictures(folder)).pictures.map(({ name }) => name).sort();
  };
  expect(await names("encoder.gif", "decoder.gif", "tableau.gif")).toEqual(["tableau"]);
  expect(await names("encoder.gif", "decoder.gif")).toEqual(["decoder", "encoder"]);
  const beside = await folderWith({ "encoder.gif": gif, "tableau.png": await picture(3, 3) });
  expect((await readPictures(beside)).pictures.map(({ name }) => name).sort()).toEqual([
    "encoder",
    "tableau",
  ]);
});

it("takes less for large pictures than their files do, and leaves out stills that the page draws", async () => {
  const noise = Buffer.from(
    Array.from({ length: 300 * 300 * 3 }, (_, at) => 1e4 * Math.abs(Math.sin(at * at))),
  );
  const bytes = await sharp(noise, { raw: { width: 300, height: 300, channels: 3 } })
    .png()
    .toBuffer();
  const folder = await folderWith({
    "walk.png": bytes,
    "samples.png": bytes,
    "samples.gif": await film("gif"),
  });
  const { pictures } = await readPictures(folder, { drawn: ["samples"] });
  const byName = Object.fromEntries(pictures.map((each) => [each.name, each]));
  expect(byName.walk!.still!.uri.length).toBeLessThan(0.7 * bytes.length);
  expect(byName.samples!.still).toBeUndefined();
  expect(byName.samples!.film).toBeDefined();
});

it("leaves out what is too large, and what is no image, and says so", async () => {
  const files = {
    "a.png": await picture(10, 10),
    "b.png": await picture(900, 900),
    "broken.png": Buffer.from("no"),
  };
  const folder = await folderWith(files);
  const { pictures, leftOut } = await readPictures(folder, {
    mostBytes: 1 + files["a.png"].length + 2,
  });
  expect(pictures.map(({ name }) => name)).toEqual(["a"]);
  expect(leftOut).toEqual(["b.png", "broken.png"]);
});

it("finds nothing where there is no folder", async () => {
  expect(await readPictures(join(await temporaryFolder(), "none"))).toEqual({ pictures: [], leftOut: [] });
});

it("passes over folders that have the name of a picture", async () => {
  const folder = await folderWith({});
  await mkdir(join(folder, "samples.png"));
  expect(await readPictures(folder)).toEqual({ pictures: [], leftOut: [] });
});
