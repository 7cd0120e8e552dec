import * as z from "zod";
import { notNegative, positive, positiveInteger, wholeNumber } from "../common/settings.ts";
import type { Colour } from "../plot/pixels.ts";

/** An option of pictures: its schema, and its help text. */
export interface PictureOption<S extends z.ZodType = z.ZodType> {
  readonly about: string;
  /** Name of its value in the help; none: it is a switch. */
  readonly placeholder?: string;
  /** One letter. */
  readonly short?: string;
  readonly schema: S;
  /** Default, if all kinds agree. */
  readonly fallback?: unknown;
  /** For values that are neither a number nor a word. */
  readonly typed?: {
    /** What the text must be, as in `it must be …`. */
    readonly as: string;
    /** The value, which the schema checks. */
    read(text: string): unknown;
  };
}

export type PictureOptions = Readonly<Record<string, PictureOption>>;

/** Values of options, each of which may be left out. */
export type OptionValues<O extends PictureOptions> = {
  readonly [K in keyof O]?: z.output<O[K]["schema"]> | undefined;
};

/** Cells of a grid, across and down. */
export type GridSize = readonly [nx: number, ny: number];

const list = {
  as: "whole numbers separated by commas",
  read: (text: string) => text.split(",").map((item) => (item.trim() === "" ? item : Number(item))),
};
const wholeNumbers = z.array(wholeNumber).readonly();
const cells = z.int().min(1).max(999);
const byte = z.int().min(0).max(255);
const gridSize: z.ZodType<GridSize> = z.tuple([cells, cells]).readonly();
const colour: z.ZodType<Colour> = z.tuple([byte, byte, byte]);

/** Options that several kinds share. None has a default here, so that one given in vain is noticed. */
export const pictureOptions = {
  data: {
    placeholder: "data",
    about: "built-in name (mnist) or path; default: the data of the run",
    schema: z.string().min(1, { error: "a built-in name or a path" }),
  },
  split: {
    placeholder: "name",
    about: "which part of the data",
    schema: z.enum(["test", "validation", "train"]),
    fallback: "test",
  },
  count: {
    short: "n",
    placeholder: "n",
    about: "number of examples, samples, walkers or rows",
    schema: positiveInteger,
  },
  indices: {
    placeholder: "list",
    about: "which examples instead, counted from 0, as in 1,5,7",
    schema: wholeNumbers,
    typed: list,
  },
  from: { placeholder: "index", about: "the example to begin with, from 0", schema: wholeNumber },
  to: { placeholder: "index", about: "the example to end with", schema: wholeNumber },
  labels: {
    placeholder: "list",
    about: "classes, as in 3,8: interpolate and attributes take two, morph any number",
    schema: wholeNumbers,
    typed: list,
  },
  dimensions: {
    placeholder: "list",
    about: "latent dimensions, counted from 1 as in z₁, such as 1,3; default: those of the largest KL",
    schema: wholeNumbers,
    // Counted from 1 by people, from 0 in arrays.
    typed: {
      as: "latent dimensions, counted from 1 and separated by commas",
      read: (text: string) => list.read(text).map((each) => (typeof each === "number" ? each - 1 : each)),
    },
  },
  projection: {
    placeholder: "way",
    about: "how more than two latent dimensions become a plane: the two of the largest KL, or by PCA",
    schema: z.enum(["kl", "pca"]),
    fallback: "kl",
  },
  grid: {
    placeholder: "size",
    about: "decodings across and down, as in 30 or 30x20; default: 30, in tableaus and films 20",
    schema: gridSize,
    typed: {
      as: "a number below 1000, as in 30, or two, as in 30x20",
      read(text: string) {
        const [, nx, ny = nx] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? [];
        return nx === undefined ? text : [Number(nx), Number(ny)];
      },
    },
  },
  range: {
    placeholder: "r",
    about: "latent coordinates from -r to r, evenly; default: percentiles of the prior",
    schema: positive,
  },
  ellipses: { about: "draw one-sigma ellipses of posteriors", schema: z.boolean() },
  contours: { about: "draw the prior's circles of one, two and three sigma", schema: z.boolean() },
  path: {
    placeholder: "shape",
    about: "the way from point to point",
    schema: z.enum(["straight", "spherical"]),
    fallback: "straight",
  },
  steps: {
    placeholder: "n",
    about: "pictures in a row, or frames (of morph: from class to class)",
    schema: positiveInteger.min(2, { error: "a whole number of at least 2" }),
  },
  seed: { placeholder: "n", about: "of random points", schema: wholeNumber, fallback: 0 },
  temperature: {
    placeholder: "t",
    about: "standard deviation of random points",
    schema: notNegative,
    fallback: 1,
  },
  duration: {
    placeholder: "ms",
    about: "time of a frame in milliseconds",
    schema: positiveInteger.min(20, { error: "a whole number of at least 20" }),
  },
  format: {
    placeholder: "type",
    about: "of films",
    schema: z.enum(["gif", "webp", "both"]),
    fallback: "both",
  },
  width: {
    placeholder: "px",
    about: "of the picture, without its doubled resolution; of films: the tableau's",
    schema: positiveInteger.max(4000, { error: "a whole number up to 4000" }),
  },
  colours: {
    placeholder: "list",
    about: "of the classes, as in 3e96ff,fe7c0a; default: ten that colour-blind people can tell apart",
    schema: z.array(colour).readonly(),
    typed: { as: "colours as in 3e96ff,fe7c0a", read: (text: string) => text.split(",").map(colourOf) },
  },
  invert: { about: "dark on white", schema: z.boolean() },
  columns: { placeholder: "n", about: "images in a row", schema: positiveInteger },
  zoom: { placeholder: "n", about: "pixels for each value, across and down", schema: positiveInteger },
} satisfies PictureOptions;

/** Shared options by name, in the order in which a kind's users should read of them. */
export function shared<const K extends keyof typeof pictureOptions>(
  ...names: readonly K[]
): Pick<typeof pictureOptions, K> {
  return Object.fromEntries(names.map((name) => [name, pictureOptions[name]])) as Pick<
    typeof pictureOptions,
    K
  >;
}

/** `3e96ff` or `#3e96ff` → [62, 150, 255]; other text as it is. */
function colourOf(text: string): Colour | string {
  const [, red, green, blue] = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text) ?? [];
  if (red === undefined) return text;
  return [red, green!, blue!].map((digits) => Number.parseInt(digits, 16)) as unknown as Colour;
}
