import { CLASS_COLOURS, NO_CLASS } from "../../../src/plot/class-styles.ts";

type Rgb = readonly [number, number, number];

const LIGHTER = 0.28;

/** Colours of classes; lighter on a dark ground. */
export function classColour(label: number | undefined, isDark: boolean): Rgb {
  const colour =
    label === undefined || label < 0 ? NO_CLASS.colour : CLASS_COLOURS[label % CLASS_COLOURS.length]!;
  const [r, g, b] = colour;
  if (!isDark) return [r, g, b];
  const lift = (value: number) => Math.round(value + (255 - value) * LIGHTER);
  return [lift(r), lift(g), lift(b)];
}

export function css([r, g, b]: Rgb, alpha = 1): string {
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** As a word of an ImageData, little-endian. */
export function word([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
