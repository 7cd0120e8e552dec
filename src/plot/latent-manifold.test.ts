import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { type LatentAxes, latentGrid, PRIOR_PERCENTILES } from "./latent-axes.ts";
import { latentManifold } from "./latent-manifold.ts";
import { colourAt } from "./testing/pixels.ts";
import { tickPlaces } from "./testing/ticks.ts";

const LINEAR: LatentAxes = { scale: "linear", x: [-3, 3], y: [-3, 3] };

/** A decoder whose pictures say what they were decoded from: red grows with z₁, green with z₂, from −4 to 4. */
function tellCoordinates(z: Float32Array): Float32Array {
  return Float32Array.from({ length: (z.length / 2) * 3 }, (_, at) =>
    at % 3 === 2 ? 0 : (z[2 * Math.floor(at / 3) + (at % 3)]! + 4) / 8,
  );
}

const toldBy = (sample: number) => (8 * sample) / 255 - 4;

describe("latentManifold", () => {
  test.each([
    ["linear", LINEAR, 60],
    ["percentile", PRIOR_PERCENTILES, 60],
  ] as const)("shows at each tick of %s axes what was decoded there", async (_, axes, n) => {
    const figure = await latentManifold(tellCoordinates(latentGrid(axes, n, n)), { shape: [1, 1, 3], axes });
    const { left, top, pixels } = figure.rasters[0]!;
    const [x, y] = (["x", "y"] as const).map((axis) => tickPlaces(figure.vector, axis));
    for (const z1 of ["-2", "0", "1"])
      for (const z2 of ["-1", "0", "2"]) {
        const column = (x!.get(z1)! - left) * figure.pixelRatio;
        const row = (y!.get(z2)! - top) * figure.pixelRatio;
        const [red, green] = colourAt(pixels, column, row);
        expect(Math.abs(toldBy(red!) - Number(z1))).toBeLessThan(0.2);
        expect(Math.abs(toldBy(green!) - Number(z2))).toBeLessThan(0.2);
      }
  });

  test("fills rows of nx cells, the first row on top", async () => {
    const values = new Float32Array([0, 0.2, 0.4, 0.6, 0.8, 1]);
    const { rasters } = await latentManifold(values, {
      shape: [1, 1, 1],
      nx: 3,
      axes: LINEAR,
      pixelRatio: 1,
    });
    const { pixels } = rasters[0]!;
    const at = (column: number, row: number) =>
      colourAt(pixels, ((column + 0.5) * pixels.width) / 3, ((row + 0.5) * pixels.height) / 2)[0];
    expect([at(0, 0), at(1, 0), at(2, 0), at(0, 1), at(1, 1), at(2, 1)]).toEqual([0, 51, 102, 153, 204, 255]);
  });

  test("keeps the proportions of tall images, and inverts ink and paper", async () => {
    const options = { shape: [4, 1, 1], axes: LINEAR, pixelRatio: 1 };
    const { pixels } = (await latentManifold(new Float32Array(4).fill(1), options)).rasters[0]!;
    const middle = pixels.height / 2;
    expect(colourAt(pixels, pixels.width / 2, middle)[0]).toBe(255);
    expect(colourAt(pixels, pixels.width / 4, middle)[0]).toBe(0);
    const inverted = await latentManifold(new Float32Array(4).fill(1), { ...options, invert: true });
    expect(colourAt(inverted.rasters[0]!.pixels, pixels.width / 2, middle)[0]).toBe(0);
    expect(colourAt(inverted.rasters[0]!.pixels, pixels.width / 4, middle)[0]).toBe(255);
  });

  test.each([
    ["no images", [], { shape: [1, 1, 1] }, DataError, /no images/],
    ["part of a row", [1, 2, 3], { shape: [1, 1, 1], nx: 2 }, DataError, /3 images do not fill rows of 2/],
    ["what is no image", [1, 2], { shape: [2] }, ConfigError, /shape \[2\]/],
  ])("refuses %s", async (_, values, options, type, message) => {
    const draw = async () => latentManifold(new Float32Array(values), options);
    await expect(draw()).rejects.toThrow(type);
    await expect(draw()).rejects.toThrow(message);
  });
});
