import { expect, it } from "vitest";
import { type Dataset, dataset, exampleValues } from "../data/dataset.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { reconstructionsText } from "./terminal-picture.ts";

/** Gives every value back as it came. */
const perfect = {
  reconstruct: async (examples: unknown) => {
    const data = examples as Dataset;
    return exampleValues(data, { start: 0, end: data.examples });
  },
};

const images = (count: number, shape: readonly number[], value: number): Dataset =>
  dataset(new Float32Array(count * shape.reduce((a, b) => a * b)).fill(value), { shape });

const linesOf = async (data: Dataset, columns: number) =>
  (await reconstructionsText(perfect, data, { columns, colours: "none" }))?.split("\n");

it("shrinks images until five stand side by side", async () => {
  const lines = await linesOf(images(20, [28, 28, 1], 1), 80);
  // Two rows of images 14 high with a gap around each, two pixels to a line.
  expect(lines).toHaveLength(Math.ceil((2 * 14 + 3) / 2));
  // A white image has the brightest character throughout.
  expect(lines?.[3]?.match(/@{14}/g)).toHaveLength(5);
});

it("leaves small images as they are", async () => {
  const lines = await linesOf(images(3, [8, 8, 1], 1), 80);
  expect(lines?.[2]?.match(/@{8}/g)).toHaveLength(3);
});

it("keeps the mean of what it shrinks", async () => {
  const half = images(1, [28, 28, 1], 0);
  const rows = storedRows(half).map((_, at) => at % 2);
  const [grey, plain] = await Promise.all([
    linesOf(dataset(rows, { shape: half.shape }), 80),
    linesOf(images(1, [28, 28, 1], 0.5), 80),
  ]);
  expect(grey).toEqual(plain);
});

it("draws nothing that is no image, and nothing where there is no room", async () => {
  expect(await linesOf(images(3, [12], 1), 80)).toBeUndefined();
  expect(await linesOf(images(3, [8, 8, 1], 1), 1)).toBeUndefined();
});
