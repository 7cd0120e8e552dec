import { expect, it } from "vitest";
import { encodePng, figurePixels, latentGrid, latentScatter, PRIOR_PERCENTILES } from "../src/plot.ts";

it("draws from plain arrays, without a run", async () => {
  const means = latentGrid(PRIOR_PERCENTILES, 8, 8);
  const labels = Uint8Array.from({ length: 64 }, (_, index) => index % 3);
  const figure = await latentScatter(means, { labels, title: "a grid" });
  const png = await encodePng(await figurePixels(figure));
  expect(Array.from(png.subarray(1, 4))).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));
});
