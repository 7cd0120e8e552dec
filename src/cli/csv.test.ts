import fc from "fast-check";
import { expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { csvText, formatFloat32, labelCell, labelOf, numbered } from "./csv.ts";

it("writes numbers that read back as the same float32", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      expect(Math.fround(Number(formatFloat32(value)))).toBe(value);
    }),
    { numRuns: 2000 },
  );
});

it("writes whole numbers shortly", () => {
  expect(formatFloat32(0)).toBe("0");
  expect(formatFloat32(-3)).toBe("-3");
});

it("writes a header and lines, in pieces", () => {
  const header = ["index", ...numbered("mean", 2, 1)];
  const pieces = Array.from(csvText(header, 2500, (index) => [index, index * 2, -index]));
  expect(pieces.length).toBeGreaterThan(2);
  const lines = pieces.join("").split("\n");
  expect(lines[0]).toBe("index,mean_1,mean_2");
  expect(lines[2500]).toBe("2499,4998,-2499");
  expect(lines.slice(2501)).toEqual([""]);
});

it("writes labels by name, quoted where they need it, and nothing where the class is not known", () => {
  const rows = new Float32Array(4);
  const named = dataset(rows, { shape: [1], labels: ["cat", 'a "big", dog', "", undefined] });
  expect([0, 1, 2, 3].map((index) => labelCell(named, index))).toEqual(["cat", '"a ""big"", dog"', "", ""]);
  expect([0, 1, 2, 3].map((index) => labelOf(named, index))).toEqual(["cat", 'a "big", dog', null, null]);
  const numbers = dataset(rows, { shape: [1], labels: [3, -1, 0, 1] });
  expect([0, 1, 2].map((index) => labelCell(numbers, index))).toEqual([3, "", 0]);
});
