/** Which colour and shape stands for which class. */

import type { Colour } from "./pixels.ts";
import type { PointShape, PointStyle } from "./point-raster.ts";

/**
 * Ten colours that tell classes apart on white: any two differ by at least 16 CIEDE2000 units, to normal eyes and to
 * protanopes, deuteranopes and tritanopes as simulated by Machado, Oliveira & Fernandes (2009). Found by annealing the
 * least difference; the better known sets of ten fall to 2 (Tableau's) and 11 (Petroff's).
 */
export const CLASS_COLOURS: readonly Colour[] = [
  [62, 150, 255],
  [254, 124, 10],
  [32, 114, 81],
  [147, 0, 62],
  [92, 221, 228],
  [120, 91, 143],
  [200, 35, 0],
  [176, 212, 154],
  [1, 1, 231],
  [202, 125, 141],
];

const SHAPES: readonly PointShape[] = ["disc", "triangle", "ring", "square", "diamond"];

/** Points without a class. */
export const NO_CLASS: PointStyle = { colour: [44, 82, 130], shape: "disc" };

/**
 * The look of the class with the given index, from 0. With more classes than colours, the colours are gone through
 * again in another shape; there are five shapes, so with ten colours the 51st class looks like the first.
 */
export function classStyle(index: number, colours: readonly Colour[] = CLASS_COLOURS): PointStyle {
  return {
    colour: colours[index % colours.length]!,
    shape: SHAPES[Math.floor(index / colours.length) % SHAPES.length]!,
  };
}
