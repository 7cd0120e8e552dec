import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../files/testing/folder.ts";
import { Film, filmIterations } from "./film.ts";
import { exampleModel } from "./testing/weights.ts";

it("records at powers of √2, each iteration once", () => {
  expect(filmIterations(50)).toEqual([1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45]);
  expect(filmIterations(16_384).at(-1)).toBe(16_384);
  expect(filmIterations(16_384)).toHaveLength(28);
});

it("drops what lies after the iteration from which training resumes, and keeps that one", async () => {
  const film = new Film(join(await temporaryFolder(), "film"));
  await film.prepare(0);
  for (let iteration = 1; iteration <= 9; iteration++) await film.record(iteration, exampleModel());
  expect(await film.iterations()).toEqual([1, 2, 3, 4, 6, 8]);
  await film.prepare(6);
  expect(await film.iterations()).toEqual([1, 2, 3, 4, 6]);
  await film.prepare(5);
  expect(await film.iterations()).toEqual([1, 2, 3, 4]);
});
