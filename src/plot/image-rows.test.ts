import { describe, expect, test } from "vitest";
import { DataError } from "../common/errors.ts";
import { figurePixels } from "./figure.ts";
import { imageRows } from "./image-rows.ts";
import { colourAt, inkedBox } from "./testing/pixels.ts";

const PLAIN = { shape: [1, 1, 1], columns: 3, imageSize: 10, pixelRatio: 1 };
const SIX = new Float32Array([0, 0.2, 0.4, 0.6, 0.8, 1]);

describe("imageRows", () => {
  test("places images row after row", () => {
    const { pixels } = imageRows(SIX, PLAIN).rasters[0]!;
    const at = (column: number, row: number) => colourAt(pixels, column * 12 + 5, row * 12 + 5)[0];
    expect(pixels).toMatchObject({ width: 34, height: 22 });
    expect([at(0, 0), at(1, 0), at(2, 0), at(0, 1), at(1, 1), at(2, 1)]).toEqual([0, 51, 102, 153, 204, 255]);
    expect(colourAt(pixels, 10, 5)).toEqual([255, 255, 255]);
  });

  test("keeps the proportions of images", () => {
    const { pixels } = imageRows(new Float32Array(24), { shape: [4, 2, 1], columns: 3, pixelRatio: 2 })
      .rasters[0]!;
    expect(pixels).toMatchObject({ width: 2 * (3 * 24 + 4), height: 2 * 48 });
  });

  test("writes labels beside rows and over columns, in the middle of them", () => {
    const labels = { rowLabels: ["first", "second"], columnLabels: ["a", "b", "c"] };
    const { vector, rasters, width } = imageRows(SIX, { ...PLAIN, imageSize: 40, ...labels });
    const places = new Map(
      [...vector.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)].map(([, x, y, text]) => [
        text!,
        { x: Number(x), y: Number(y) },
      ]),
    );
    const { left, top } = rasters[0]!;
    expect(places.get("b")).toMatchObject({ x: left + 42 + 20 });
    expect(places.get("b")!.y).toBeLessThan(top);
    expect(places.get("second")!.x).toBeLessThan(left);
    expect(Math.abs(places.get("second")!.y - (top + 42 + 20))).toBeLessThan(8);
    expect(left + 124).toBeLessThanOrEqual(width);
  });

  test("cuts off neither long titles nor long labels", async () => {
    const figure = imageRows(SIX, {
      ...PLAIN,
      title: "between two examples of one class, straight and along the sphere, in fifty dimensions",
      rowLabels: ["a label that goes on for much longer than any label should go on", "b"],
    });
    const box = inkedBox(await figurePixels(figure));
    expect(box.left).toBeGreaterThan(5);
    expect(figure.width - box.right).toBeGreaterThan(5);
  });

  test.each([
    ["part of a row", { columns: 4 }, /6 images do not fill rows of 4/],
    ["labels of other rows", { rowLabels: ["a"] }, /1 row labels for 2 rows/],
    ["labels of other columns", { columnLabels: ["a"] }, /1 column labels for 3 columns/],
  ])("refuses %s", (_, options, message) => {
    const draw = () => imageRows(SIX, { ...PLAIN, ...options });
    expect(draw).toThrow(DataError);
    expect(draw).toThrow(message);
  });
});
