import { describe, expect, test } from "vitest";
import { DataError } from "../common/errors.ts";
import { reconstructionsPicture } from "./reconstructions.ts";

const PLAIN = { shape: [1, 1, 1], scale: 1, background: [9, 9, 9] as const };

function reds(pixels: { width: number; height: number; data: Uint8Array }): number[][] {
  return Array.from({ length: pixels.height }, (_, y) =>
    Array.from({ length: pixels.width }, (_, x) => pixels.data[3 * (y * pixels.width + x)]!),
  );
}

describe("reconstructionsPicture", () => {
  test("puts each input over its reconstruction", () => {
    const inputs = new Float32Array([0.2, 0.4]);
    const outputs = new Float32Array([0.6, 0.8]);
    expect(reds(reconstructionsPicture(inputs, outputs, { ...PLAIN, gap: 1 }))).toEqual([
      [9, 9, 9, 9, 9],
      [9, 51, 9, 102, 9],
      [9, 9, 9, 9, 9],
      [9, 153, 9, 204, 9],
      [9, 9, 9, 9, 9],
    ]);
  });

  test("goes on in a further band, set apart by more than the gap between images", () => {
    const inputs = new Float32Array([0.2, 0.4, 0.6]);
    const outputs = new Float32Array([1, 0.8, 0]);
    const picture = reds(reconstructionsPicture(inputs, outputs, { ...PLAIN, gap: 1, columns: 2 }));
    const drawn = picture.flatMap((line, y) => (line.some((red) => red !== 9) ? [y] : []));
    expect(drawn.slice(0, 2)).toEqual([1, 3]);
    expect(drawn[2]! - drawn[1]!).toBeGreaterThan(drawn[1]! - drawn[0]!);
    expect(drawn[3]! - drawn[2]!).toBe(2);
    expect(picture.length).toBe(drawn[3]! + 2);
    expect(drawn.map((y) => picture[y])).toEqual([
      [9, 51, 9, 102, 9],
      [9, 255, 9, 204, 9],
      [9, 153, 9, 9, 9],
      [9, 0, 9, 9, 9],
    ]);
  });

  test("sets bands apart even without gaps between images", () => {
    const values = new Float32Array(2).fill(1);
    const picture = reconstructionsPicture(values, values, { ...PLAIN, gap: 0, columns: 1 });
    expect(reds(picture)).toEqual([[255], [255], [9], [9], [9], [9], [9], [255], [255]]);
  });

  test.each([
    [1, 1],
    [14, 14],
    [15, 8],
    [20, 10],
    [28, 14],
    [40, 10],
  ])("draws %i images %i a row", (count, columns) => {
    const values = new Float32Array(count);
    expect(reconstructionsPicture(values, values, { ...PLAIN, gap: 0 }).width).toBe(columns);
  });

  test("keeps the orientation of colour images that are not square", () => {
    const input = new Float32Array([1, 0, 0, 0, 1, 0]);
    const output = new Float32Array([0, 0, 1, 1, 1, 1]);
    const picture = reconstructionsPicture(input, output, { shape: [2, 1, 3], scale: 1, gap: 0 });
    expect(picture).toMatchObject({ width: 1, height: 4 });
    expect([...picture.data]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
  });

  test("refuses nothing, and unequal numbers", () => {
    const draw = (inputs: number, outputs: number) => () =>
      reconstructionsPicture(new Float32Array(inputs), new Float32Array(outputs), PLAIN);
    expect(draw(0, 0)).toThrow(DataError);
    expect(draw(3, 2)).toThrow(/2 reconstructions of 3 inputs/);
  });
});
