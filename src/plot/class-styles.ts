/** Which colour and shape stands for which class. */

import type { Colour } from "./pixels.ts";
import type { PointShape, PointStyle } from "./point-raster.ts";

/**
 * Ten colours that tell classes apart on white: any two differ by at least 16 CIEDE2000 units, to normal eyes and to
 * protanopes, deuteranopes and tritanopes as simulated by Machado, Oliveira & Fernandes (2009). Found by annealing the
 * least difference among colours of a CIE chroma of at most 66, which are calm enough for large areas; the better known sets of ten fall to 2 (Tableau's) and 11 (Petroff's).
 */
export const CLASS_COLOURS: readonly Colour[] = [
  [48, 111, 196],
  [227, 152, 50],
  [18, 169, 140],
  [192, 68, 93],
  [225, 170, 246],
  [96, 115, 3],
  [0, 62, 128],
  [178, 208, 164],
  [129, 0, 40],
  [77, 60, 18],
];

const SHAPES: readonly PointShape[] = ["disc", "triangle", "ring", "square", "diamond"];

/** Points whose class is not known, among others that have one. */
export const UNLABELLED: PointStyle = { colour: [176, 182, 190], shape: "disc" };

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
