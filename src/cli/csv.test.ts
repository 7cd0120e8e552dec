import fc from "fast-check";
import { expect, it } from "vitest";
import { csvText, formatFloat32, numbered } from "./csv.ts";

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
