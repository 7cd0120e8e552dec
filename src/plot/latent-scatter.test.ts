import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { figurePixels } from "./figure.ts";
import { type LatentAxes, PRIOR_PERCENTILES } from "./latent-axes.ts";
import { latentScatter, type ScatterOptions } from "./latent-scatter.ts";
import { encodePng } from "./png.ts";
import { ink } from "./testing/pixels.ts";
import { tickPlaces } from "./testing/ticks.ts";

const LINEAR: LatentAxes = { scale: "linear", x: [-3, 3], y: [-3, 3] };

/** Even, and the same every time. */
function cloud(count: number): Float32Array {
  return Float32Array.from({ length: 2 * count }, (_, at) => 6 * (((at + 1) * 0.7548776662) % 1) - 3);
}

/** Where the only point lies in its figure, in CSS pixels. */
async function placeOf(z: [number, number], axes: LatentAxes) {
  const figure = await latentScatter(new Float32Array(z), { axes, opacity: 1 });
  const { left, top, pixels } = figure.rasters[0]!;
  const drawn = ink(pixels);
  return { figure, x: left + drawn.x / figure.pixelRatio, y: top + drawn.y / figure.pixelRatio };
}

describe("latentScatter", () => {
  test.each([
    ["linear", LINEAR],
    ["percentile", PRIOR_PERCENTILES],
  ] as const)("puts points where the ticks of %s axes say", async (_, axes) => {
    for (const z of [
      [1, -1],
      [-2, 2],
      [0, 1],
    ] as const) {
      const { figure, x, y } = await placeOf([...z], axes);
      expect(Math.abs(x - tickPlaces(figure.vector, "x").get(`${z[0]}`)!)).toBeLessThan(0.2);
      expect(Math.abs(y - tickPlaces(figure.vector, "y").get(`${z[1]}`)!)).toBeLessThan(0.2);
    }
  });

  test("makes a unit as long upwards as sideways, also on unequal ranges", async () => {
    const axes: LatentAxes = { scale: "linear", x: [-2, 2], y: [-4, 6] };
    const { vector, rasters } = await latentScatter(cloud(10), { axes });
    const [x, y] = (["x", "y"] as const).map((axis) => tickPlaces(vector, axis));
    expect((x!.get("2")! - x!.get("-2")!) / (y!.get("-4")! - y!.get("0")!)).toBeCloseTo(1, 1);
    expect(rasters[0]!.pixels.height / rasters[0]!.pixels.width).toBeCloseTo(2.5, 2);
  });

  test("inks its title's box only if it has one", async () => {
    const box = { left: 0, top: 0, width: 1040, height: 2 * 40 };
    const titled = await figurePixels(await latentScatter(cloud(10), { title: "iteration 1,024" }));
    expect(ink(titled, box).amount).toBeGreaterThan(600);
    const first = await figurePixels(await latentScatter(cloud(10), { title: "iteration 1" }));
    expect(ink(first, box).amount).toBeLessThan(ink(titled, box).amount);
  });

  test("draws posteriors as ellipses with their own deviations", async () => {
    const logVariance = new Float32Array([Math.log(0.25), Math.log(1)]);
    const { vector } = await latentScatter(new Float32Array([1, 0]), { axes: LINEAR, logVariance });
    const unit = tickPlaces(vector, "x").get("1")! - tickPlaces(vector, "x").get("0")!;
    const corners = [...vector.match(/<path d="M([^"]*)Z"/)![1]!.matchAll(/([-\d.]+),([-\d.]+)/g)];
    const extent = (at: 1 | 2) => {
      const values = corners.map((corner) => Number(corner[at]));
      return Math.max(...values) - Math.min(...values);
    };
    expect(extent(1) / unit).toBeCloseTo(2 * 0.5, 2);
    expect(extent(2) / unit).toBeCloseTo(2 * 1, 2);
  });

  test("draws the prior's contours at one, two and three deviations, and few ellipses of many", async () => {
    const count = 1000;
    const options = {
      axes: LINEAR,
      logVariance: new Float32Array(2 * count),
      ellipses: 50,
      priorContours: true,
    };
    const { vector } = await latentScatter(cloud(count), options);
    expect(vector.match(/fill-opacity/g)).toHaveLength(50);
    expect(vector.match(/stroke-dasharray/g)).toHaveLength(3);
    expect(["σ", "2σ", "3σ"].every((name) => vector.includes(`>${name}<`))).toBe(true);
  });

  test("draws 60,000 points as PNG in three seconds, the same bytes each time", async () => {
    const labels = Uint8Array.from({ length: 60_000 }, (_, index) => index % 10);
    const draw = async () =>
      encodePng(await figurePixels(await latentScatter(cloud(60_000), { labels, title: "60,000" })));
    const first = await draw();
    const start = performance.now();
    const second = await draw();
    expect(performance.now() - start).toBeLessThan(3000);
    expect(Buffer.compare(first, second)).toBe(0);
  });

  test.each<
    [string, number[], ScatterOptions & { width?: number; pixelRatio?: number }, typeof DataError, RegExp]
  >([
    ["no points", [], {}, DataError, /no points/],
    ["half a point", [1, 2, 3], {}, DataError, /3 values.*needs 2/],
    ["labels of other points", [1, 2], { labels: [1, 2] }, DataError, /2 labels for 1 points/],
    [
      "variances of other points",
      [1, 2],
      { logVariance: new Float32Array(1) },
      DataError,
      /1 variances for 2/,
    ],
    ["a figure too narrow", [1, 2], { width: 100 }, ConfigError, /width is 100/],
    ["half a pixel", [1, 2], { pixelRatio: 1.5 }, ConfigError, /pixelRatio is 1.5/],
    ["an axis to nowhere", [1, 2], { axes: { ...LINEAR, x: [2, 1] } }, ConfigError, /from 2 to 1/],
  ])("refuses %s", async (_, means, options, type, message) => {
    const draw = latentScatter(new Float32Array(means), options);
    await expect(draw).rejects.toThrow(type);
    await expect(draw).rejects.toThrow(message);
  });
});
