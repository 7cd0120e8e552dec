import { describe, expect, test } from "vitest";
import { classStyle } from "./class-styles.ts";
import { figurePixels } from "./figure.ts";
import { legend } from "./legend.ts";
import { inkedBox } from "./testing/pixels.ts";

const FASHION = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];
const MARGIN = 10;

async function drawn(names: readonly string[], width: number) {
  const entries = names.map((name, index) => ({ name, style: classStyle(index) }));
  const { height, vector } = legend(entries, MARGIN, MARGIN, width);
  const figure = { width: 1000, height: 1000, pixelRatio: 1, rasters: [], vector };
  return { height, vector, box: inkedBox(await figurePixels(figure)) };
}

describe("legend", () => {
  test.each([
    ["digits", [..."0123456789"], 400],
    ["clothes", FASHION, 420],
    ["clothes in a narrow figure", FASHION, 150],
    ["a hundred classes", Array.from({ length: 100 }, (_, index) => `class ${index}`), 440],
    ["one name longer than the figure", ["a name that says far too much of the class", "b"], 120],
    ["names in other scripts", ["Футболка", "Брюки", "Свитер", "Ünïcödé"], 160],
  ])("of %s is never cut off", async (_, names, width) => {
    const { height, box } = await drawn(names, width);
    expect(box.left).toBeGreaterThanOrEqual(MARGIN);
    expect(box.top).toBeGreaterThanOrEqual(MARGIN);
    expect(box.right).toBeLessThanOrEqual(MARGIN + width);
    expect(box.bottom).toBeLessThanOrEqual(MARGIN + height);
  });

  test("shows every class with its colour", async () => {
    const { vector } = await drawn(FASHION, 420);
    const names = [...vector.matchAll(/<text[^>]*>([^<]*)</g)].map(([, name]) => name);
    expect(names).toEqual(FASHION);
    for (const [index] of FASHION.entries())
      expect(vector).toContain(`fill="rgb(${classStyle(index).colour.join(",")})"`);
  });

  test("without classes takes no room", () => {
    expect(legend([], 0, 0, 100)).toEqual({ height: 0, vector: "" });
  });
});
