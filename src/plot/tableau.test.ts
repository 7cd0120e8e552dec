import { describe, expect, test } from "vitest";
import { figurePixels } from "./figure.ts";
import { type LatentAxes, latentGrid, PRIOR_PERCENTILES } from "./latent-axes.ts";
import { tableau } from "./tableau.ts";
import { colourAt, ink } from "./testing/pixels.ts";

const LINEAR: LatentAxes = { scale: "linear", x: [-3, 3], y: [-3, 3] };
const CELLS = 90;

/** A decoder whose pictures say what they were decoded from: red grows with z₁, green with z₂, from −4 to 4. */
function tellCoordinates(z: Float32Array): Float32Array {
  return Float32Array.from({ length: (z.length / 2) * 3 }, (_, at) =>
    at % 3 === 2 ? 1 : (z[2 * Math.floor(at / 3) + (at % 3)]! + 4) / 8,
  );
}

const POINTS = [
  [0, 0],
  [1.2, -0.4],
  [-0.7, 1.1],
  [-1.9, -1.6],
  [0.3, 1.7],
] as const;

describe("tableau", () => {
  test.each([
    ["linear", LINEAR],
    ["percentile", PRIOR_PERCENTILES],
  ] as const)("puts a point at the place of its picture on %s axes", async (_, axes) => {
    const decoded = tellCoordinates(latentGrid(axes, CELLS, CELLS));
    for (const [z1, z2] of POINTS) {
      const means = new Float32Array([z1, z2]);
      const { rasters } = await tableau(means, decoded, { axes, shape: [1, 1, 3], opacity: 1 });
      const [encoder, decoder] = rasters;
      expect(decoder!.top).toBe(encoder!.top);
      expect(decoder!.pixels).toMatchObject({ width: encoder!.pixels.width, height: encoder!.pixels.height });
      const point = ink(encoder!.pixels);
      const [red, green] = colourAt(decoder!.pixels, point.x, point.y);
      expect(Math.abs((8 * red!) / 255 - 4 - z1)).toBeLessThan(0.12);
      expect(Math.abs((8 * green!) / 255 - 4 - z2)).toBeLessThan(0.12);
    }
  });

  test("is as wide as asked, with one legend and a caption over each plane", async () => {
    const options = { shape: [1, 1, 3], labels: [0, 1], classNames: ["cat", "dog"], pixelRatio: 1 };
    const figure = await tableau(new Float32Array(4), tellCoordinates(latentGrid(LINEAR, 2, 2)), {
      ...options,
      width: 700,
      captions: ["encoder", "decoder"],
    });
    expect(await figurePixels(figure)).toMatchObject({ width: 700, height: figure.height });
    for (const text of ["cat", "dog", "encoder", "decoder"])
      expect(figure.vector.split(`>${text}<`)).toHaveLength(2);
  });
});
