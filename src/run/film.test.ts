import { expect, it } from "vitest";
import { filmIterations } from "./film.ts";

it("records at powers of √2, each iteration once", () => {
  expect(filmIterations(50)).toEqual([1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45]);
  expect(filmIterations(16_384).at(-1)).toBe(16_384);
  expect(filmIterations(16_384)).toHaveLength(28);
});
