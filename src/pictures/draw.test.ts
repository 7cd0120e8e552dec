import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TINY_SIDE, tinyPixels, writeTinyData } from "../cli/testing/tiny-data.ts";
import { exampleValues, take } from "../data/dataset.ts";
import { idxFile } from "../data/testing/idx-file.ts";
import { type Figure, figureSvg } from "../plot/figure.ts";
import { imageRows } from "../plot/image-rows.ts";
import type { Pixels } from "../plot/pixels.ts";
import { openRun, openRunSplits, rangeOfRunData, type TrainedRun } from "../tasks/open.ts";
import { trainRun } from "../tasks/train.ts";
import { attributes } from "./attributes.ts";
import { type ComparedRun, compare } from "./compare.ts";
import { interpolate } from "./interpolate.ts";
import type { Drawing, Format, Loop, PictureKind, Scene } from "./kind.ts";
import { latent } from "./planes.ts";
import { samples } from "./samples.ts";
import { traversal } from "./traversal.ts";
import { walk } from "./walk.ts";

let folder = "";
let run: TrainedRun;
const at = (path: string) => join(folder, path);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-draw-"));
  writeTinyData(at("tiny"));
  // Test images as they come are copies of training images.
  const negatives = tinyPixels(60).map((value) => 255 - value);
  const shape = [60, TINY_SIDE, TINY_SIDE];
  writeFileSync(at("tiny/t10k-images-idx3-ubyte"), idxFile("uint8", shape, negatives));
  const { vae } = await trainRun({
    data: at("tiny"),
    architecture: [TINY_SIDE ** 2, 16, 2],
    hyperparameters: { batchSize: 25, learningRate: 1e-2 },
    training: { maxIterations: 40 },
    directory: at("run"),
  });
  await vae.dispose();
  run = await openRun(at("run"));
});

afterAll(async () => {
  await run.vae.dispose();
  rmSync(folder, { recursive: true });
});

function sceneOf(options: Scene["options"]): Scene {
  return {
    run,
    second: run,
    options,
    watch: (_label, _unit, work) => work({}),
    data: async (split = "test") => (await openRunSplits(run))[split],
    range: (each) => rangeOfRunData(each),
  };
}

async function draw<T extends Drawing>(
  kind: PictureKind,
  options: Scene["options"],
  format: Format = "png",
): Promise<T> {
  return (await kind.draw(sceneOf(options), format)) as T;
}

/** Whether two drawings, or frames, have the same pixels. */
const same = (a: Pixels, b: Pixels) => Buffer.from(a.data).equals(Buffer.from(b.data));

describe("samples", () => {
  const drawn = async (options: Scene["options"]) =>
    (await draw<Figure>(samples, { count: 4, ...options })).rasters[0]!.pixels;

  it("depend on the seed", async () => {
    const first = await drawn({ seed: 1 });
    expect(same(await drawn({ seed: 1 }), first)).toBe(true);
    expect(same(await drawn({ seed: 2 }), first)).toBe(false);
  });

  it("are all alike at temperature 0", async () => {
    expect(same(await drawn({ seed: 1, temperature: 0 }), await drawn({ seed: 2, temperature: 0 }))).toBe(
      true,
    );
  });
});

it("walks nowhere at temperature 0", async () => {
  const changes = async (options: Scene["options"]) => {
    const { frames } = await draw<Loop>(walk, { count: 2, steps: 6, ...options }, "gif");
    return frames.filter((frame) => !same(frame, frames[0]!)).length;
  };
  expect(await changes({})).toBe(5);
  expect(await changes({ temperature: 0 })).toBe(0);
});

/** The image in a column of the only row, and an example as it is drawn there. */
function imageIn({ rasters, pixelRatio }: Figure, column: number): Buffer {
  const { data, width, height } = rasters[0]!.pixels;
  const left = column * (height + 2 * pixelRatio);
  const lines = Array.from({ length: height }, (_, y) =>
    data.subarray(3 * (y * width + left), 3 * (y * width + left + height)),
  );
  return Buffer.concat(lines);
}

async function imageOf(example: number): Promise<Buffer> {
  const data = (await openRunSplits(run)).test;
  const values = exampleValues(data, [example]);
  return imageIn(imageRows(values, { shape: data.shape, columns: 1 }), 0);
}

it("goes from one example to the other, with both beside the way", async () => {
  const figure = await draw<Figure>(interpolate, { from: 2, to: 5, steps: 4 });
  expect(imageIn(figure, 0).equals(await imageOf(2))).toBe(true);
  expect(imageIn(figure, 5).equals(await imageOf(5))).toBe(true);
  expect(figure.vector).toMatch(/From example 2 \(2\) to example 5 \(1\)/);
});

it("traverses about the example that is given", async () => {
  const about = async (from?: number) =>
    (await draw<Figure>(traversal, { from, steps: 3 })).rasters[0]!.pixels;
  const first = await about(0);
  expect(same(await about(0), first)).toBe(true);
  expect(same(await about(3), first)).toBe(false);
  expect(same(await about(), first)).toBe(false);
});

it("adds the mean of the first class to examples of the second", async () => {
  const { vector } = await draw<Figure>(attributes, { labels: [1, 3], count: 2, steps: 3 });
  expect(vector).toContain("Adding the mean of class 1 minus that of");
  for (const member of ["example 3<", "example 7<"]) expect(vector).toContain(member);
});

it("compares held-out examples with training rows", async () => {
  const { facts } = await draw<Figure & { facts?: { comparison?: ComparedRun[] } }>(compare, {
    grid: [3, 3],
  });
  const [first, second] = facts!.comparison!;
  expect(first!.heldOutNearestRow).toBeGreaterThan(0.3);
  expect(second).toEqual(first);
});

/** Colours of the classes in a figure's legend, by name. */
function legendOf({ vector }: Figure): Map<string, string> {
  const entry = /fill="(rgb\([\d,]+\))"[^>]*><[^>]+\/><\/g><text[^>]*>([^<]+)</g;
  return new Map([...vector.matchAll(entry)].map(([, colour, name]) => [name!, colour!]));
}

it("gives a class the same colour in every split, also where others do not occur", async () => {
  const splits = await openRunSplits(run);
  const { test } = splits;
  const wanted = Array.from(test.labels!, (label, index) => ({ label, index })).filter(
    ({ label }) => label > 0,
  );
  const without = take(
    test,
    wanted.map(({ index }) => index),
  );
  const scene = (name: "train" | "test"): Scene => ({
    ...sceneOf({ split: name }),
    data: async (split = name) => (split === "test" ? without : splits[split]),
  });
  const [train, held] = [
    legendOf((await latent.draw(scene("train"), "png")) as Figure),
    legendOf((await latent.draw(scene("test"), "png")) as Figure),
  ];
  expect(train.size).toBeGreaterThan(2);
  expect(held).toEqual(train);
});

it("leaves out of a traversal what carries nothing, and says so", async () => {
  const { vector } = await draw<Figure>(traversal, { steps: 3, count: 1 });
  expect(vector).toMatch(/1 of 2 dimensions is shown: 1 (more carries something|carries nothing)/);
});

it("writes points of a plane into SVG files as points, with the font", async () => {
  const svg = await figureSvg(await draw<Figure>(latent, {}));
  expect(svg).toContain("@font-face");
  expect(svg).not.toContain("<image");
  expect(svg.match(/<circle/g)!.length).toBeGreaterThan(20);
});
